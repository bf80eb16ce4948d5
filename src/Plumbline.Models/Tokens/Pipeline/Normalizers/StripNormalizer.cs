namespace Plumbline.Models.Tokens.Pipeline.Normalizers;

/// <summary>Takes white space away from the ends of a text.</summary>
internal sealed class StripNormalizer(bool left, bool right) : INormalizer
{
    /// <inheritdoc/>
    public string Apply(string text)
    {
        if (left)
            text = text.TrimStart();
        return right ? text.TrimEnd() : text;
    }
}
