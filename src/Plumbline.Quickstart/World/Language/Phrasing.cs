namespace Plumbline.Quickstart.World.Language;

/// <summary>One way to put a request into a sentence.</summary>
/// <param name="Text">The template, with {ask} where the request goes.</param>
/// <param name="Style">The attack it is, or none.</param>
/// <param name="HeldOutOnly">True where no training prompt is phrased so.</param>
internal sealed record Phrasing(string Text, AttackStyle Style, bool HeldOutOnly);
