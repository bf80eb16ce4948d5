namespace Plumbline.Training.Rollouts;

/// <summary>What a cut into micro-batches should know of the model.</summary>
/// <param name="CompletionTokens">Completion tokens of a pass beyond which it costs more per token.</param>
/// <param name="Overhead">What a pass costs beside its tokens, in tokens: its operations are begun anew.</param>
public sealed record PassLimits(long CompletionTokens = long.MaxValue, long Overhead = 16)
{
    // A layer's operations cost some 0.2 ms there and back whatever their size, a token six operations for each of the layer's weights, of which a processor does some 10¹¹ a second.
    private const double WeightsPerToken = 2.5e7;

    /// <summary>The overhead of a model whose layers have so many weights each.</summary>
    public static long OverheadOf(double weightsOfLayer) => (long)Math.Clamp(WeightsPerToken / Math.Max(1, weightsOfLayer), 8, 512);
}
