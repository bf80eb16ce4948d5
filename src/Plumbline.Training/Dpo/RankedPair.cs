using Plumbline.Training.Data;

namespace Plumbline.Training.Dpo;

/// <summary>The best and the worst of a prompt's completions.</summary>
/// <param name="Prompt">What was asked.</param>
/// <param name="Chosen">The completion of the greatest weighted sum.</param>
/// <param name="Rejected">That of the least.</param>
/// <param name="Margin">The difference of the sums; above 0.</param>
/// <param name="ChosenScores">The best one's rewards by objective; NaN where one does not apply.</param>
/// <param name="RejectedScores">The worst one's.</param>
public sealed record RankedPair(
    string Prompt, string Chosen, string Rejected, double Margin, IReadOnlyDictionary<string, double> ChosenScores, IReadOnlyDictionary<string, double> RejectedScores)
{
    /// <summary>As a row to train on.</summary>
    public PreferenceRow ToRow() => new(Prompt, Chosen, Rejected, Margin);
}
