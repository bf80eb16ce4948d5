namespace Plumbline.Training.Runs;

/// <summary>One line of what a run cost or used.</summary>
/// <param name="Name">What: <c>wall time</c>, <c>tokens sampled</c>, ...</param>
/// <param name="Value">How much, with its unit.</param>
public sealed record CostRow(string Name, string Value);
