using Microsoft.Extensions.AI.Evaluation;

namespace Plumbline.Extensions.AI.Evaluation;

/// <summary>What a score of one objective is worth, in the objective's own unit.</summary>
/// <param name="Acceptable">Below it an answer fails.</param>
/// <param name="Good">From it on an answer is good; between the two it is average. Not below <paramref name="Acceptable"/>; null for the same.</param>
public sealed record RewardBounds(double Acceptable, double? Good = null)
{
    internal bool InOrder => Acceptable <= (Good ?? Acceptable);

    internal EvaluationMetricInterpretation Interpret(double score)
    {
        double good = Good ?? Acceptable;
        return score < Acceptable
            ? new EvaluationMetricInterpretation(EvaluationRating.Unacceptable, failed: true, $"{score:0.###} is below {Acceptable:0.###}.")
            : score < good
                ? new EvaluationMetricInterpretation(EvaluationRating.Average, reason: $"{score:0.###} is acceptable, but below {good:0.###}.")
                : new EvaluationMetricInterpretation(EvaluationRating.Good, reason: $"{score:0.###} is {good:0.###} or more.");
    }
}
