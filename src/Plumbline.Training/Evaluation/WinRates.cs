using Plumbline.Core.Statistics;

namespace Plumbline.Training.Evaluation;

/// <summary>How often one model's answers are preferred to another's on the same prompts.</summary>
public static class WinRates
{
    /// <summary>Compares by one judge's weighted sum; equal sums count half.</summary>
    /// <param name="challenger">The report whose wins are counted.</param>
    /// <param name="opponent">A report on the same prompts in the same order.</param>
    /// <param name="judge">The judge's name.</param>
    /// <param name="seed">Seed of the interval.</param>
    /// <exception cref="ArgumentException">A report lacks the judge.</exception>
    /// <exception cref="Core.ShapeException">The reports hold different numbers of rows.</exception>
    public static WinRate Of(EvaluationReport challenger, EvaluationReport opponent, string judge, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(challenger);
        ArgumentNullException.ThrowIfNull(opponent);
        return Of(challenger.Judge(judge), opponent.Judge(judge), seed);
    }

    /// <summary>Compares one judge's scores of two models' answers to the same prompts.</summary>
    /// <inheritdoc cref="Of(EvaluationReport, EvaluationReport, string, long)"/>
    public static WinRate Of(JudgeScores challenger, JudgeScores opponent, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(challenger);
        ArgumentNullException.ThrowIfNull(opponent);
        return WinRate.Of([.. challenger.RowTotals], [.. opponent.RowTotals], seed);
    }
}
