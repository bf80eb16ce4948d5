using TorchSharp;

namespace Plumbline.Core.Losses;

/// <summary>How much of the batch the clip holds: ratios below 1 − ε under A &lt; 0 (low), above 1 + ε_high under A &gt; 0 (high).</summary>
/// <remarks>
/// Means are over counted tokens, or over completions when the ratio is per completion; <c>low_min</c> and <c>high_max</c>
/// are the least and the greatest fraction of a completion. Completions without tokens are left out.
/// </remarks>
internal static class ClipMetrics
{
    internal static void AddTo(Dictionary<string, double> metrics, PolicyTerms terms, PolicyLossOptions options)
    {
        using var gradients = torch.no_grad();
        Tensor filled = terms.Weight.sum(1L, keepdim: true).gt(0.0);
        Tensor weight = terms.Ratio.shape[1] == 1 ? filled.to(terms.Weight.dtype) : terms.Weight;               // (B, T) or (B, 1)
        Tensor low = weight * terms.Ratio.lt(1.0 - options.Epsilon).logical_and(terms.Advantages.lt(0.0));
        Tensor high = weight * terms.Ratio.gt(1.0 + options.UpperEpsilon).logical_and(terms.Advantages.gt(0.0));
        Tensor rows = weight.sum(1L, keepdim: true);                                                            // (B, 1)
        Tensor all = rows.sum().clamp_min(1.0);
        bool any = filled.any().item<bool>();
        metrics["clip_ratio/low_mean"] = (low.sum() / all).ToDouble();
        metrics["clip_ratio/high_mean"] = (high.sum() / all).ToDouble();
        metrics["clip_ratio/region_mean"] = ((low.sum() + high.sum()) / all).ToDouble();
        metrics["clip_ratio/low_min"] = any ? (low.sum(1L, keepdim: true) / rows)[filled].min().ToDouble() : 0.0;
        metrics["clip_ratio/high_max"] = any ? (high.sum(1L, keepdim: true) / rows)[filled].max().ToDouble() : 0.0;
    }
}
