namespace Plumbline.Models.Tokens.Pipeline.Normalizers;

/// <summary>Puts a text before every text that is not empty.</summary>
internal sealed class PrependNormalizer(string prefix) : INormalizer
{
    /// <inheritdoc/>
    public string Apply(string text) => text.Length == 0 ? text : prefix + text;
}
