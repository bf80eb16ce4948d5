using System.Text;
using Plumbline.Models.Tokens.Unicode;

namespace Plumbline.Models.Tokens.Pipeline.Normalizers;

/// <summary>NFC, NFD, NFKC or NFKD.</summary>
internal sealed class UnicodeNormalizer(NormalizationForm form) : INormalizer
{
    /// <inheritdoc/>
    public string Apply(string text) => Normalization.Apply(text, form);
}
