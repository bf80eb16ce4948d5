using Plumbline.Models.Tokens.Pipeline.Decoders;
using Plumbline.Models.Tokens.Pipeline.Patterns;
using Plumbline.Models.Tokens.Pipeline.PreTokenizers;

namespace Plumbline.Models.Tokens.Pipeline.Reading;

/// <summary>The decoder of a tokenizer.json.</summary>
internal static class DecoderReader
{
    private const string Supported = "ByteLevel, ByteFallback, Metaspace, Replace, Fuse, Strip, WordPiece, CTC, BPEDecoder and Sequence of them";

    /// <summary>What holds for a file without a decoder: tokens with spaces between.</summary>
    internal static ITokenDecoder Spaced { get; } = new EachToken((token, first) => first ? token : " " + token);

    /// <summary>The component that a part describes.</summary>
    internal static ITokenDecoder Read(TokenizerPart part) => part.Type switch
    {
        "Sequence" => new DecoderSequence([.. part.Items("decoders").Select(Read)]),
        "ByteLevel" => new ByteLevelDecoder(),
        "ByteFallback" => new ByteFallbackDecoder(),
        "Fuse" => new FuseDecoder(),
        "Strip" => new StripDecoder(part.Text("content"), part.Number("start", 0), part.Number("stop", 0)),
        "Metaspace" => Metaspace(part.Text("replacement"), PreTokenizerReader.Scheme(part) != PrependScheme.Never),
        "Replace" => Replace(new(part.Pattern(), part.Text("content"))),
        "WordPiece" => WordPiece(part.Text("prefix", "##"), part.Flag("cleanup", true)),
        "CTC" => new CtcDecoder(part.Text("pad_token", "<pad>"), part.Text("word_delimiter_token", "|"), part.Flag("cleanup", true)),
        "BPEDecoder" => new SuffixDecoder(part.Text("suffix", "</w>")),
        _ => throw part.Unsupported(Supported),
    };

    private static EachToken Metaspace(string replacement, bool prepended) =>
        new((token, first) => token.Replace(replacement, first && prepended ? "" : " ", StringComparison.Ordinal));

    private static EachToken Replace(Replacement replacement) => new((token, _) => replacement.Apply(token));

    private static EachToken WordPiece(string prefix, bool cleanup) => new((token, first) =>
    {
        string joined = first ? token : token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..] : " " + token;
        return cleanup ? EnglishSpacing.CloseUp(joined) : joined;
    });
}
