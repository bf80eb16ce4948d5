namespace Plumbline.Training.Runs;

/// <summary>One prompt with both models' answers.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Before">The answer of the model that training began with.</param>
/// <param name="After">The answer of the trained model.</param>
/// <param name="Note">Scores or a remark; empty for none.</param>
public sealed record ReportSample(string Prompt, string Before, string After, string Note = "");
