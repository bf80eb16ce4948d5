using static TorchSharp.torch.nn.functional;

namespace Plumbline.Core.Losses.Preference;

/// <summary>DPO: the chosen completion shall gain more over the reference than the rejected one, by logistic regression.</summary>
/// <remarks>−log σ(βΔ). Source: Rafailov et al. 2023, arXiv:2305.18290, Eq. 7.</remarks>
internal static class SigmoidLoss
{
    internal static Tensor PerPair(PreferenceTerms terms, PreferenceOptions options) => -logsigmoid(options.Beta * terms.Delta);
}
