using TorchSharp;

namespace Plumbline.Core.Losses;

/// <summary>The loss of a reward model with several named heads, where a row may lack labels.</summary>
/// <remarks>
/// With e the error per element and n_k the labelled rows of objective k: Σ_k w_k·(Σ_i e_ik / n_k) / Σ_k w_k, over objectives
/// with n_k above 0. Averaging within an objective first lets a rarely labelled one weigh as much as a common one.
/// Source: HelpSteer2-style multi-attribute regression (arXiv:2406.08673), with missing labels left out.
/// </remarks>
public static class MaskedRegression
{
    /// <summary>Computes the loss. A missing label adds neither value nor gradient, whatever the output there is.</summary>
    /// <param name="predictions">Raw outputs of the heads, float32 or float64, (B, M), with gradient. Logits for <see cref="RegressionKinds.Logistic"/>.</param>
    /// <param name="labels">Labels, (B, M), NaN = missing; detached.</param>
    /// <param name="weights">One weight per objective, finite and not negative, M.</param>
    /// <param name="kind">How output and label are compared.</param>
    /// <param name="labelledRows">
    /// n_k, M; null = those of this call. For a step of several micro-batches give the counts of the whole step to each: the
    /// losses (and gradients) of the micro-batches then sum to those of the step in one piece.
    /// </param>
    /// <returns>A scalar, owned by the caller; 0, with gradient 0, when nothing is labelled.</returns>
    /// <exception cref="ShapeException">Predictions and labels differ, or a list has not M elements.</exception>
    /// <exception cref="ArgumentException">A weight is negative or not finite, or a count is not finite, negative, or 0 where rows are labelled.</exception>
    public static Tensor Compute(
        Tensor predictions, Tensor labels, IReadOnlyList<double> weights, RegressionKind kind, IReadOnlyList<double>? labelledRows = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(kind);
        var shape = Shapes.Matrix(predictions);
        Shapes.RequireFloat(predictions);
        Shapes.Require(shape, labels);
        Shapes.RequireFloat(labels);
        Shapes.RequireCount(shape.Columns, weights.Count, nameof(weights));
        if (weights.Any(w => !double.IsFinite(w) || w < 0))
            throw new ArgumentException($"weights are ({string.Join(", ", weights)}), but each must be a finite number not below 0.", nameof(weights));
        if (labelledRows is not null)
            RequireCounts(labelledRows, CountLabelled(labels));
        using var scope = torch.NewDisposeScope();
        IReadOnlyList<double> counts = labelledRows ?? CountLabelled(labels);
        double total = weights.Where((_, k) => counts[k] > 0).Sum();
        double[] factors = weights.Select((w, k) => counts[k] > 0 && total > 0 ? w / total / counts[k] : 0.0).ToArray();

        // Both sides are filled before the error is taken: NaN times 0 is NaN, in the value and in the gradient.
        Tensor missing = labels.isnan();
        Tensor error = kind.Error(predictions.masked_fill(missing, 0.0), labels.detach().to(predictions.dtype).masked_fill(missing, 0.0));
        Tensor sums = error.masked_fill(missing, 0.0).sum(0L);                                                  // (M)
        return (sums * torch.tensor(factors, dtype: predictions.dtype, device: predictions.device)).sum().MoveToOuterDisposeScope();
    }

    /// <summary>How many rows carry a label, per objective.</summary>
    /// <param name="labels">Labels, (B, M), NaN = missing.</param>
    /// <returns>M counts; add them over micro-batches for the counts of a step.</returns>
    /// <exception cref="ShapeException">The labels are no matrix.</exception>
    public static double[] CountLabelled(Tensor labels)
    {
        Shapes.Matrix(labels);
        using var scope = torch.NewDisposeScope();
        return labels.isnan().logical_not().to(torch.ScalarType.Float64).sum(0L).cpu().data<double>().ToArray();
    }

    private static void RequireCounts(IReadOnlyList<double> labelledRows, double[] here)
    {
        Shapes.RequireCount(here.Length, labelledRows.Count, nameof(labelledRows));
        for (int k = 0; k < here.Length; k++)
            if (!double.IsFinite(labelledRows[k]) || labelledRows[k] < 0 || (here[k] > 0 && labelledRows[k] == 0))
                throw new ArgumentException($"labelledRows[{k}] is {labelledRows[k]}, but {here[k]} rows are labelled here. Give the count of the whole step.", nameof(labelledRows));
    }
}
