using System.Text;
using System.Text.Json;
using Plumbline.Models.Tokens.Pipeline.Normalizers;
using Plumbline.Models.Tokens.Pipeline.Patterns;

namespace Plumbline.Models.Tokens.Pipeline.Reading;

/// <summary>The normalizer of a tokenizer.json.</summary>
internal static class NormalizerReader
{
    private const string Supported =
        "NFC, NFD, NFKC, NFKD, Lowercase, Strip, StripAccents, Replace, Prepend, BertNormalizer, Nmt, Precompiled, ByteLevel and Sequence of them";

    /// <summary>The component that a part describes.</summary>
    internal static INormalizer Read(TokenizerPart part) => part.Type switch
    {
        "Sequence" => new NormalizerSequence([.. part.Items("normalizers").Select(Read)]),
        "NFC" => new UnicodeNormalizer(NormalizationForm.FormC),
        "NFD" => new UnicodeNormalizer(NormalizationForm.FormD),
        "NFKC" => new UnicodeNormalizer(NormalizationForm.FormKC),
        "NFKD" => new UnicodeNormalizer(NormalizationForm.FormKD),
        "Lowercase" => CharacterNormalizer.Lowercase,
        "StripAccents" => CharacterNormalizer.StripAccents,
        "Nmt" => CharacterNormalizer.Nmt,
        "ByteLevel" => CharacterNormalizer.ByteLevel,
        "Strip" => new StripNormalizer(part.Flag("strip_left", true), part.Flag("strip_right", true)),
        "Prepend" => new PrependNormalizer(part.Text("prepend")),
        "Replace" => new ReplaceNormalizer(new Replacement(part.Pattern(), part.Text("content"))),
        "Precompiled" => Precompiled(part),
        "BertNormalizer" => Bert(part),
        _ => throw part.Unsupported(Supported),
    };

    private static BertNormalizer Bert(TokenizerPart part)
    {
        bool lowercase = part.Flag("lowercase", true);
        return new()
        {
            CleanText = part.Flag("clean_text", true),
            HandleChineseCharacters = part.Flag("handle_chinese_chars", true),
            StripAccents = part.Flag("strip_accents", lowercase),
            Lowercase = lowercase,
        };
    }

    private static PrecompiledNormalizer Precompiled(TokenizerPart part)
    {
        const string Name = "precompiled_charsmap";
        try
        {
            return part.Json.Member(Name) is { ValueKind: JsonValueKind.String } map && map.TryGetBytesFromBase64(out byte[]? bytes)
                ? new PrecompiledNormalizer(bytes)
                : throw part.Wrong(Name, "SentencePiece's map in base 64");
        }
        catch (ArgumentException)
        {
            throw part.Wrong(Name, "SentencePiece's map in base 64, whole");
        }
    }
}
