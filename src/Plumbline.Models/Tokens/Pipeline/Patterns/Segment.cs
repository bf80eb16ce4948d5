namespace Plumbline.Models.Tokens.Pipeline.Patterns;

/// <summary>A stretch of a text that a pattern matches, or one between two matches.</summary>
/// <param name="Start">Its first unit.</param>
/// <param name="End">The unit after its last.</param>
/// <param name="IsMatch">True when the pattern matches it.</param>
internal readonly record struct Segment(int Start, int End, bool IsMatch);
