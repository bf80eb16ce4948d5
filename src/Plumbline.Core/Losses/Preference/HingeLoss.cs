using static TorchSharp.torch.nn.functional;

namespace Plumbline.Core.Losses.Preference;

/// <summary>SLiC's hinge on DPO's margin: pairs that are apart by 1/β cost nothing more.</summary>
/// <remarks>max(0, 1 − βΔ). Source: Liu et al. 2023, arXiv:2309.06657, after Zhao et al. 2023, arXiv:2305.10425.</remarks>
internal static class HingeLoss
{
    internal static Tensor PerPair(PreferenceTerms terms, PreferenceOptions options) => relu(1.0 - options.Beta * terms.Delta);
}
