using System.Text.Json;
using Plumbline.Models.Tokens.Pipeline;
using Plumbline.Models.Tokens.Pipeline.Reading;

namespace Plumbline.Models.Tokens;

/// <summary>Reads a tokenizer.json; a component that is not known is an error that names it.</summary>
/// <remarks>
/// The members truncation and padding are left alone: rows are cut and filled where they are made, by the recipe.
/// Source: the format of huggingface/tokenizers, version 1.0.
/// </remarks>
internal static class TokenizerJson
{
    internal static Tokenizer Read(string path, TokenizerConfig config, TokenizerFiles files)
    {
        var root = new TokenizerPart(path, "", JsonFile.ReadObject(path));
        var codec = new PipelineCodec(
            root.Find("normalizer") is { } normalizer ? NormalizerReader.Read(normalizer) : null,
            root.Find("pre_tokenizer") is { } preTokenizer ? [.. PreTokenizerReader.Read(preTokenizer)] : [],
            ModelReader.Read(root.Find("model") ?? throw root.Wrong("model", "an object")),
            root.Find("decoder") is { } decoder ? DecoderReader.Read(decoder) : DecoderReader.Spaced);
        AddedToken[] added = [.. root.Json.Items("added_tokens").Select(entry => Added(entry, path))];
        var (before, after) = root.Find("post_processor") is { } processor ? ProcessorReader.Read(processor) : ([], []);
        string? usual = added.FirstOrDefault(token => token.Content == "<|endoftext|>")?.Content;
        return TokenizerFolder.Assemble(codec, added, config, config.Special("bos_token", before.Count > 0 ? before[0] : null),
            config.Special("eos_token", after.Count > 0 ? after[^1] : usual), config.Special("pad_token", null), files, new() { Before = before, After = after });
    }

    private static AddedToken Added(JsonElement entry, string path) =>
        entry.Member("id") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int id) && id >= 0 && entry.Text("content") is { } content
            ? TokenizerConfig.Read(id, content, entry)
            : throw new TokenizerException($"{path}: added_tokens has the entry {entry.GetRawText()}, but it should have an id and content.");
}
