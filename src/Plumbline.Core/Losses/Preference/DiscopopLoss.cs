using static TorchSharp.torch.nn.functional;

namespace Plumbline.Core.Losses.Preference;

/// <summary>DiscoPOP: logistic at small margins, exponential at large ones; found by search, not derived.</summary>
/// <remarks>With x = βΔ and m = σ(x/τ): −(1 − m)·log σ(x) + m·e^(−x). Source: Lu et al. 2024, arXiv:2406.08414, Eq. 5.</remarks>
internal static class DiscopopLoss
{
    internal static Tensor PerPair(PreferenceTerms terms, PreferenceOptions options)
    {
        Tensor margin = options.Beta * terms.Delta;
        Tensor modulation = (margin / options.DiscopopTau).sigmoid();
        return (-margin).exp() * modulation - logsigmoid(margin) * (1.0 - modulation);
    }
}
