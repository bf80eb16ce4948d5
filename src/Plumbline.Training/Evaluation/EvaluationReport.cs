namespace Plumbline.Training.Evaluation;

/// <summary>Everything measured about a model's answers.</summary>
/// <param name="Rows">Answers, B.</param>
/// <param name="Judges">What each judge says, in the order they were asked.</param>
/// <param name="Text">Length, variety, repetition, truncation.</param>
/// <param name="Refusals">Refusal rates; null where no prompt says whether it is to be refused.</param>
/// <param name="Refused">Whether each answer refuses, (B).</param>
/// <param name="Kl">Distance from the reference; null where there is none, or the answers are no plain sample.</param>
public sealed record EvaluationReport(
    int Rows, IReadOnlyList<JudgeScores> Judges, TextFigures Text, RefusalFigures? Refusals, IReadOnlyList<bool> Refused, KlFigures? Kl)
{
    /// <summary>One judge's scores.</summary>
    /// <exception cref="ArgumentException">There is no judge of that name; the message lists those there are.</exception>
    public JudgeScores Judge(string name) => Judges.FirstOrDefault(j => j.Name == name)
        ?? throw new ArgumentException($"No judge is named '{name}'. The judges are {string.Join(", ", Judges.Select(j => j.Name))}.", nameof(name));
}
