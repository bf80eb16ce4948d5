using System.Text.Json;
using Plumbline.Models.Tokens.Pipeline.Models;

namespace Plumbline.Models.Tokens.Pipeline.Reading;

/// <summary>The model of a tokenizer.json.</summary>
internal static class ModelReader
{
    private const string Bpe = "BPE", Unigram = "Unigram", WordPiece = "WordPiece", WordLevel = "WordLevel";

    /// <summary>The model that a part describes.</summary>
    internal static ITokenModel Read(TokenizerPart part) => (part.Json.Text("type") ?? Guess(part.Json)) switch
    {
        Bpe => ReadBpe(part),
        Unigram => ReadUnigram(part),
        WordPiece => ReadWordPiece(part),
        WordLevel => ReadWordLevel(part),
        _ => throw part.Unsupported($"{Bpe}, {Unigram}, {WordPiece} and {WordLevel}"),
    };

    // Early files do not name the model's type.
    private static string Guess(JsonElement model) =>
        model.Member("merges") is not null ? Bpe
        : model.Member("vocab") is { ValueKind: JsonValueKind.Array } ? Unigram
        : model.Member("continuing_subword_prefix") is not null ? WordPiece : WordLevel;

    private static Models.Bpe ReadBpe(TokenizerPart part)
    {
        var options = new BpeOptions
        {
            UnknownToken = part.Json.Text("unk_token"),
            FuseUnknown = part.Flag("fuse_unk", false),
            ByteFallback = part.Flag("byte_fallback", false),
            IgnoreMerges = part.Flag("ignore_merges", false),
            ContinuingPrefix = part.Text("continuing_subword_prefix", ""),
            EndSuffix = part.Text("end_of_word_suffix", ""),
        };
        Dictionary<string, int> vocabulary = Vocabulary(part);
        return new(vocabulary, VocabularyFiles.Merges(part.Json.Items("merges"), vocabulary, options.ContinuingPrefix, part.File), options);
    }

    private static Models.Unigram ReadUnigram(TokenizerPart part)
    {
        var pieces = new List<(string Token, double Score)>();
        foreach (JsonElement entry in part.Json.Items("vocab"))
            pieces.Add(entry.ValueKind == JsonValueKind.Array && entry.GetArrayLength() == 2 && entry[0].ValueKind == JsonValueKind.String && entry[1].ValueKind == JsonValueKind.Number
                ? (entry[0].GetString()!, entry[1].GetDouble())
                : throw new TokenizerException($"{part.File}: {part.Place}.vocab[{pieces.Count}] is {entry.GetRawText()}, but should be a token with its score."));
        if (pieces.Count == 0)
            throw part.Wrong("vocab", "a list of tokens with their scores");
        int? unknown = part.Json.Member("unk_id") is null ? null : part.Number("unk_id", 0);
        return unknown < pieces.Count || unknown is null
            ? new(pieces, unknown, part.Flag("byte_fallback", false))
            : throw part.Wrong("unk_id", $"below {pieces.Count}, the size of the vocabulary");
    }

    private static Models.WordPiece ReadWordPiece(TokenizerPart part)
    {
        Dictionary<string, int> vocabulary = Vocabulary(part);
        string unknown = part.Text("unk_token", "[UNK]");
        return vocabulary.TryGetValue(unknown, out int id)
            ? new(vocabulary, id, part.Text("continuing_subword_prefix", "##"), part.Number("max_input_chars_per_word", 100))
            : throw part.Wrong("unk_token", "a token of the vocabulary");
    }

    private static Models.WordLevel ReadWordLevel(TokenizerPart part)
    {
        Dictionary<string, int> vocabulary = Vocabulary(part);
        return new(vocabulary, part.Json.Text("unk_token") is { } unknown && vocabulary.TryGetValue(unknown, out int id) ? id : null);
    }

    private static Dictionary<string, int> Vocabulary(TokenizerPart part) => part.Json.Member("vocab") is { ValueKind: JsonValueKind.Object } members
        ? VocabularyFiles.Vocabulary(members, part.File)
        : throw part.Wrong("vocab", "an object of token to id");
}
