namespace Plumbline.Quickstart;

/// <summary>A score on held-out prompts before and after.</summary>
/// <param name="Before">Mean over prompts, base model.</param>
/// <param name="After">Mean over prompts, aligned model.</param>
/// <param name="BeforeSpread">Standard deviation over prompts.</param>
/// <param name="AfterSpread">Standard deviation over prompts.</param>
public sealed record Change(double Before, double After, double BeforeSpread, double AfterSpread);
