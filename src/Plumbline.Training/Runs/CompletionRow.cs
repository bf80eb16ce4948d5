namespace Plumbline.Training.Runs;

/// <summary>One sampled completion, for the record.</summary>
/// <param name="Prompt">The prompt as text.</param>
/// <param name="Completion">The completion as text.</param>
/// <param name="Scores">One score per objective, in the log's order; NaN where an objective does not apply.</param>
/// <param name="Advantage">The advantage it was learned with, dimensionless.</param>
/// <param name="FinishReason">Why it ended: <c>stop</c> or <c>length</c>.</param>
public sealed record CompletionRow(string Prompt, string Completion, IReadOnlyList<double> Scores, double Advantage, string FinishReason);
