namespace Plumbline.Training.Experiments.Results;

/// <summary>A remark on the experiment.</summary>
/// <param name="Severity">How it is meant.</param>
/// <param name="Text">One or two sentences.</param>
public sealed record ExperimentFinding(FindingSeverity Severity, string Text);
