using Plumbline.Models.Tokens;
using Plumbline.Models.Tokens.Pipeline;
using Plumbline.Models.Tokens.Pipeline.Models;
using Plumbline.Models.Tokens.Pipeline.Patterns;
using Plumbline.Models.Tokens.Pipeline.PreTokenizers;

namespace Plumbline.Models.Checkpoints;

/// <summary>A tokenizer as GGUF's metadata: SentencePiece with scores, or byte-level BPE with merges.</summary>
/// <remarks>Source: the keys <c>tokenizer.ggml.*</c> of the GGUF specification; names of pre-tokenizers and kinds of tokens as llama.cpp has them.</remarks>
internal static class GgufTokens
{
    private const string Prefix = "tokenizer.ggml.";
    private const float AddedScore = -1000f; // below every piece, so that an added token is never merged

    private static readonly (string Name, string[] Patterns)[] Known =
    [
        ("gpt-2", [WordPatterns.Gpt2]),
        ("qwen2", [WordPatterns.Qwen2]),
        ("llama-bpe", [WordPatterns.Llama3]),
        ("smollm", [CharacterPattern.Number.Source, WordPatterns.Gpt2]),
    ];

    /// <summary>Adds the tokenizer's keys.</summary>
    /// <param name="metadata">Receives them.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="config">Gives the rows of the embedding, each of which gets a token, and the tokens that end a text.</param>
    /// <exception cref="CheckpointException">The model is of another kind, or words are cut in a way that has no name in GGUF.</exception>
    public static void Add(GgufMetadata metadata, Tokenizer tokenizer, ModelConfig config)
    {
        switch (tokenizer.Codec)
        {
            case SentencePieceCodec pieces:
                AddPieces(metadata, tokenizer, pieces.Model, pieces.AddsLeadingSpace, config.VocabSize);
                break;
            case PipelineCodec { IsByteLevel: true, Model: Bpe { Options: { ContinuingPrefix: "", EndSuffix: "" } } model } codec:
                AddMerges(metadata, tokenizer, model, codec.PreTokenizers, config.VocabSize);
                break;
            case PipelineCodec { Model: Bpe { Options: { ByteFallback: true, ContinuingPrefix: "", EndSuffix: "" } } model } codec:
                AddPieces(metadata, tokenizer, ScoredMerges.AsPieces(tokenizer, model), codec.Normalize("a") != "a" || codec.PreTokenizers is [Metaspace { Prepends: true }], config.VocabSize);
                break;
            default:
                throw new CheckpointException("GGUF files can hold byte-level BPE and SentencePiece BPE with byte fallback, and the tokenizer is neither. Export with --format hf instead.");
        }
        AddSpecial(metadata, tokenizer, config);
    }

    private static void AddPieces(GgufMetadata metadata, Tokenizer tokenizer, SentencePieceModel model, bool addsLeadingSpace, int rows)
    {
        var tokens = new string[rows];
        var scores = new float[rows];
        var kinds = new int[rows];
        for (int id = 0; id < model.Pieces.Count; id++)
            (tokens[id], scores[id], kinds[id]) = (model.Pieces[id].Text, model.Pieces[id].Score, (int)model.Pieces[id].Kind);
        for (int id = model.Pieces.Count; id < rows; id++)
        {
            (tokens[id], kinds[id]) = Added(tokenizer, id);
            scores[id] = AddedScore;
        }
        metadata.Add(Prefix + "model", "llama");
        metadata.Add(Prefix + "pre", "default");
        metadata.Add(Prefix + "tokens", tokens);
        metadata.Add(Prefix + "scores", scores);
        metadata.Add(Prefix + "token_type", kinds);
        metadata.Add(Prefix + "unknown_token_id", (uint)model.UnknownId);
        metadata.Add(Prefix + "add_space_prefix", addsLeadingSpace);
        metadata.Add(Prefix + "remove_extra_whitespaces", model.RemoveExtraWhitespaces);
    }

    private static void AddMerges(GgufMetadata metadata, Tokenizer tokenizer, Bpe model, IReadOnlyList<IPreTokenizer> preTokenizers, int rows)
    {
        Dictionary<int, string> spelled = model.Vocabulary.ToDictionary(entry => entry.Value, entry => entry.Key);
        var tokens = new string[rows];
        var kinds = new int[rows];
        for (int id = 0; id < rows; id++)
            (tokens[id], kinds[id]) = tokenizer.Added(id) is null && spelled.TryGetValue(id, out string? token) ? (token, (int)SentencePieceKind.Normal) : Added(tokenizer, id);
        metadata.Add(Prefix + "model", "gpt2");
        metadata.Add(Prefix + "pre", PreTokenizer([.. preTokenizers.OfType<Split>().Select(split => split.WordPattern)]));
        metadata.Add(Prefix + "tokens", tokens);
        metadata.Add(Prefix + "token_type", kinds);
        metadata.Add(Prefix + "merges", model.Merges.Select(merge => merge.Left + " " + merge.Right).ToArray());
        metadata.Add(Prefix + "add_space_prefix", preTokenizers.Any(step => step is PrefixSpace));
    }

    private static void AddSpecial(GgufMetadata metadata, Tokenizer tokenizer, ModelConfig config)
    {
        int[] ends = [.. config.EosTokenIds.Count > 0 ? config.EosTokenIds : tokenizer.EosTokenId is { } eos ? [eos] : []];
        if (tokenizer.BosTokenId is { } bos)
            metadata.Add(Prefix + "bos_token_id", (uint)bos);
        if (ends.Length > 0)
            metadata.Add(Prefix + "eos_token_id", (uint)ends[0]);
        if (ends.Length > 1)
            metadata.Add(Prefix + "eot_token_id", (uint)ends[1]);
        if (tokenizer.PadTokenId is { } pad)
            metadata.Add(Prefix + "padding_token_id", (uint)pad);
        metadata.Add(Prefix + "add_bos_token", tokenizer.Settings.Before.Count > 0);
        metadata.Add(Prefix + "add_eos_token", tokenizer.Settings.After.Count > 0);
        if (tokenizer.ChatTemplate is { } template)
            metadata.Add("tokenizer.chat_template", template);
    }

    // An added token; or, for a row of the embedding that stands for nothing, a name of its own.
    private static (string Text, int Kind) Added(Tokenizer tokenizer, int id) => tokenizer.Added(id) is { } added
        ? (added.Content, (int)(added.Special ? SentencePieceKind.Control : SentencePieceKind.UserDefined))
        : ($"[PAD{id}]", (int)SentencePieceKind.Unused);

    private static string PreTokenizer(string?[] patterns)
    {
        foreach ((string name, string[] known) in Known)
            if (known.SequenceEqual(patterns, StringComparer.Ordinal))
                return name;
        throw new CheckpointException(
            $"The tokenizer cuts words by {string.Join(" then ", patterns.Select(pattern => pattern ?? "a rule that is no pattern"))}, which has no name in GGUF that is known here. Known are {string.Join(", ", Known.Select(k => k.Name))}. Export with --format hf instead.");
    }
}
