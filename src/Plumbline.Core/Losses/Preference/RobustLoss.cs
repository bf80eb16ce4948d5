using static TorchSharp.torch.nn.functional;

namespace Plumbline.Core.Losses.Preference;

/// <summary>Robust DPO: unbiased when a share ε of the preferences is flipped.</summary>
/// <remarks>[−(1 − ε)·log σ(βΔ) + ε·log σ(−βΔ)] / (1 − 2ε). Source: Chowdhury et al. 2024, arXiv:2403.00409.</remarks>
internal static class RobustLoss
{
    internal static Tensor PerPair(PreferenceTerms terms, PreferenceOptions options)
    {
        Tensor margin = options.Beta * terms.Delta;
        double flipped = options.LabelSmoothing;
        return (flipped * logsigmoid(-margin) - (1.0 - flipped) * logsigmoid(margin)) / (1.0 - 2.0 * flipped);
    }
}
