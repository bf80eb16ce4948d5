using Plumbline.Core.Statistics;
using Plumbline.Engine.Generation;

namespace Plumbline.Training.Evaluation;

/// <summary>What the answers look like, whoever judges them.</summary>
/// <param name="MeanLength">Tokens an answer, the end token included.</param>
/// <param name="Truncated">Share cut off at the limit of new tokens, in [0, 1].</param>
/// <param name="Distinct1">Different tokens over all tokens, all answers together, in (0, 1]; NaN where all answers are empty.</param>
/// <param name="Distinct2">The same of pairs of neighbours.</param>
/// <param name="Repetition">Mean over answers of the share of an answer's runs of four tokens that stood in it before, in [0, 1).</param>
public sealed record TextFigures(double MeanLength, double Truncated, double Distinct1, double Distinct2, double Repetition)
{
    private const int RepeatedRun = 4;

    /// <summary>Measures the answers; an end token counts for the length alone.</summary>
    public static TextFigures Of(IReadOnlyList<Completion> completions)
    {
        ArgumentNullException.ThrowIfNull(completions);
        int[][] texts = [.. completions.Select(c => c.FinishReason == FinishReason.Eos ? c.TokenIds[..^1] : c.TokenIds)];
        return new TextFigures(
            completions.Average(c => c.TokenIds.Length), completions.Average(c => c.FinishReason == FinishReason.Length ? 1.0 : 0.0),
            DistinctNgrams.Share(texts, 1), DistinctNgrams.Share(texts, 2), texts.Average(t => DistinctNgrams.RepeatedShare(t, RepeatedRun)));
    }
}
