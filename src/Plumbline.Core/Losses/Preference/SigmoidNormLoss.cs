using static TorchSharp.torch.nn.functional;

namespace Plumbline.Core.Losses.Preference;

/// <summary>DPO on margins per token, so that length earns nothing.</summary>
/// <remarks>−log σ(β(s_w/|y_w| − s_l/|y_l|)). Source: Meng et al. 2024, arXiv:2405.14734 (length normalisation), here with the reference kept.</remarks>
internal static class SigmoidNormLoss
{
    internal static Tensor PerPair(PreferenceTerms terms, PreferenceOptions options) => -logsigmoid(options.Beta * terms.DeltaPerToken);
}
