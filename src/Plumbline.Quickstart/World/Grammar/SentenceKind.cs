namespace Plumbline.Quickstart.World.Grammar;

/// <summary>A family of sentences.</summary>
/// <param name="Role">What they do.</param>
/// <param name="Tone">Their manners.</param>
/// <param name="Matter">Index of the matter they speak of, or <see cref="TownGrammar.NoMatter"/>.</param>
internal readonly record struct SentenceKind(SentenceRole Role, Tone Tone, int Matter);
