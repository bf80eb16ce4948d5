namespace Plumbline.Models.Tokens.Pipeline.Normalizers;

/// <summary>Normalizers one after another.</summary>
internal sealed class NormalizerSequence(IReadOnlyList<INormalizer> normalizers) : INormalizer
{
    /// <inheritdoc/>
    public string Apply(string text) => normalizers.Aggregate(text, (changed, normalizer) => normalizer.Apply(changed));
}
