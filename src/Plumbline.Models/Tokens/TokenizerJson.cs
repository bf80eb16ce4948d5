using System.Text.Json;

namespace Plumbline.Models.Tokens;

/// <summary>Reads a tokenizer.json whose model is byte-level BPE; any part that would change the ids and is not known is an error that names it.</summary>
internal static class TokenizerJson
{
    internal static Tokenizer Read(string path, TokenizerConfig config, TokenizerFiles files)
    {
        JsonElement root = JsonFile.ReadObject(path);
        JsonElement model = root.Member("model") ?? throw Unsupported(path, "model", "is missing", "BPE");
        string type = model.Text("type") ?? (model.Member("merges") is null ? "unnamed" : "BPE");
        if (type != "BPE")
            throw Unsupported(path, "model", type, "BPE");
        if (model.Flag("byte_fallback") == true)
            throw Unsupported(path, "model.byte_fallback", "true", "byte-level BPE; give the tokenizer.model (SentencePiece) of this model instead");
        foreach (string name in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
            if (model.Text(name) is { Length: > 0 } affix)
                throw Unsupported(path, "model." + name, affix, "none");

        var patterns = new List<string>();
        var (byteLevel, prefixSpace) = (false, false);
        foreach (JsonElement part in Parts(root.Member("pre_tokenizer"), "pretokenizers"))
            switch (part.Text("type"))
            {
                case "ByteLevel":
                    byteLevel = true;
                    prefixSpace |= part.Flag("add_prefix_space") ?? true;
                    if (part.Flag("use_regex") ?? true)
                        patterns.Add(PreTokenization.Gpt2Pattern);
                    break;
                case "Split":
                    patterns.Add(SplitPattern(part, path));
                    break;
                case "Digits":
                    patterns.Add(part.Flag("individual_digits") == true ? @"\p{N}" : @"\p{N}+");
                    break;
                default:
                    throw Unsupported(path, "pre_tokenizer", part.Text("type"), "ByteLevel, Split, Digits and Sequence of them");
            }
        if (!byteLevel)
            throw Unsupported(path, "pre_tokenizer", "without ByteLevel", "byte-level BPE, which has a ByteLevel pre_tokenizer");

        JsonElement[] normalizers = [.. Parts(root.Member("normalizer"), "normalizers")];
        foreach (JsonElement part in normalizers)
            if (part.Text("type") != "NFC")
                throw Unsupported(path, "normalizer", part.Text("type"), "NFC or none");

        JsonElement vocabularyMember = model.Member("vocab") is { ValueKind: JsonValueKind.Object } v ? v : throw Unsupported(path, "model.vocab", "is missing", "an object of token to id");
        Dictionary<string, int> vocabulary = VocabularyFiles.Vocabulary(vocabularyMember, path);
        List<string> merges = VocabularyFiles.Merges(model.Items("merges"), vocabulary, path);
        var codec = new ByteLevelCodec(vocabulary, merges, new()
        {
            Words = Words(patterns, path),
            ComposeCharacters = normalizers.Length > 0,
            AddPrefixSpace = prefixSpace,
            IgnoreMerges = model.Flag("ignore_merges") ?? false,
        });
        AddedToken[] added = [.. root.Items("added_tokens").Select(entry => Added(entry, path))];
        var (before, after) = Surroundings(root.Member("post_processor"), path);
        string? usual = added.FirstOrDefault(token => token.Content == "<|endoftext|>")?.Content;
        return TokenizerFolder.Assemble(codec, added, config, config.Special("bos_token", before.Count > 0 ? before[0] : null),
            config.Special("eos_token", after.Count > 0 ? after[^1] : usual), config.Special("pad_token", null), files, new() { Before = before, After = after });
    }

    private static IEnumerable<JsonElement> Parts(JsonElement? part, string listName)
    {
        if (part is not { } element)
            return [];
        return element.Text("type") == "Sequence" ? element.Items(listName).SelectMany(inner => Parts(inner, listName)) : [element];
    }

    private static string SplitPattern(JsonElement split, string path)
    {
        bool everything = split.Text("behavior") == "Removed" && split.Flag("invert") == true;
        if (!everything && (split.Text("behavior") != "Isolated" || split.Flag("invert") == true))
            throw Unsupported(path, "pre_tokenizer Split", $"behavior {split.Text("behavior")}, invert {split.Flag("invert")}", "behavior Isolated without invert, or Removed with it");
        JsonElement pattern = split.Member("pattern") ?? default;
        return pattern.Text("Regex")
            ?? (pattern.Text("String") is { } text ? System.Text.RegularExpressions.Regex.Escape(text) : null)
            ?? throw Unsupported(path, "pre_tokenizer Split pattern", pattern.ValueKind.ToString(), "Regex and String");
    }

    private static PreTokenization Words(List<string> patterns, string path)
    {
        try
        {
            return PreTokenization.Of(patterns);
        }
        catch (ArgumentException error)
        {
            throw new TokenizerException($"{path}: a Split pattern of pre_tokenizer is a regular expression that .NET does not know: {error.Message}", error);
        }
    }

    private static AddedToken Added(JsonElement entry, string path) =>
        entry.Member("id") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int id) && id >= 0 && entry.Text("content") is { } content
            ? TokenizerConfig.Read(id, content, entry)
            : throw new TokenizerException($"{path}: added_tokens has the entry {entry.GetRawText()}, but it should have an id and content.");

    // A TemplateProcessing's "single" is a row of special tokens around {"Sequence": {"id": "A"}}.
    private static (List<string> Before, List<string> After) Surroundings(JsonElement? processor, string path)
    {
        List<string> before = [], after = [];
        foreach (JsonElement part in Parts(processor, "processors"))
        {
            if (part.Text("type") is "ByteLevel")
                continue;
            if (part.Text("type") is not "TemplateProcessing")
                throw Unsupported(path, "post_processor", part.Text("type"), "ByteLevel, TemplateProcessing and Sequence of them");
            List<string> side = before;
            foreach (JsonElement piece in part.Items("single"))
                if (piece.Member("Sequence") is not null)
                    side = after;
                else if (piece.Member("SpecialToken")?.Text("id") is { } token)
                    side.Add(token);
        }
        return (before, after);
    }

    private static TokenizerException Unsupported(string path, string part, string? found, string supported) =>
        new($"{path}: {part} is '{found}', which is not supported. Supported: {supported}.");
}
