using Plumbline.Models.Tokens.Pipeline.Patterns;

namespace Plumbline.Models.Tokens.Pipeline.Normalizers;

/// <summary>Puts one text in the place of every match of a pattern.</summary>
internal sealed class ReplaceNormalizer(Replacement replacement) : INormalizer
{
    /// <inheritdoc/>
    public string Apply(string text) => replacement.Apply(text);
}
