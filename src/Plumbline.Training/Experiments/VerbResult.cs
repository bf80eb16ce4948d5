namespace Plumbline.Training.Experiments;

/// <summary>What a verb left.</summary>
/// <param name="Output">Its standard output.</param>
/// <param name="Seconds">Wall-clock seconds, the process's start included.</param>
public sealed record VerbResult(string Output, double Seconds);
