namespace Plumbline.Training.Runs;

/// <summary>A sentence about the run, for its user.</summary>
/// <param name="Severity">How it is meant.</param>
/// <param name="Text">Plain words, whole sentences.</param>
public sealed record RunMessage(RunSeverity Severity, string Text);
