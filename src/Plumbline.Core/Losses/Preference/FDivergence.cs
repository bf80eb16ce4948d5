using TorchSharp;

namespace Plumbline.Core.Losses.Preference;

/// <summary>Turns a log-ratio x = log π(y) − log π_ref(y) into the score s that an f-divergence gives it.</summary>
/// <remarks>
/// With u = eˣ, s is f′(u) up to a constant: reverse KL x; forward KL −e^(−x); Jensen-Shannon log σ(x); α: e^((α−1)x)/(α−1), and x at α = 1.
/// Source: Wang et al. 2023, arXiv:2309.16240. The exponent of the α-divergence ends at 80, where float32 would overflow.
/// </remarks>
internal static class FDivergence
{
    private const double LargestExponent = 80, AlphaIsOne = 1e-6;

    /// <param name="logRatios">Nats, any shape, with gradient.</param>
    /// <param name="options">FDivergenceType and FAlphaDivergenceCoef.</param>
    internal static Tensor Score(Tensor logRatios, PreferenceOptions options) => options.FDivergenceType switch
    {
        FDivergenceType.ReverseKl => logRatios,
        FDivergenceType.ForwardKl => -(-logRatios).exp(),
        FDivergenceType.JsDivergence => torch.nn.functional.logsigmoid(logRatios),
        FDivergenceType.AlphaDivergence when Math.Abs(options.FAlphaDivergenceCoef - 1) < AlphaIsOne => logRatios,
        FDivergenceType.AlphaDivergence => ((options.FAlphaDivergenceCoef - 1) * logRatios).clamp_max(LargestExponent).exp() / (options.FAlphaDivergenceCoef - 1),
        _ => throw new ArgumentOutOfRangeException(nameof(options), options.FDivergenceType, "Not a known divergence."),
    };
}
