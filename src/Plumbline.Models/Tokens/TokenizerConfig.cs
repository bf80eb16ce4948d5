using System.Text.Json;
using Plumbline.Models.Chat;

namespace Plumbline.Models.Tokens;

/// <summary>What tokenizer_config.json and the small files beside it say; each may be absent.</summary>
internal sealed class TokenizerConfig
{
    private readonly JsonElement _config, _map;

    private TokenizerConfig(JsonElement config, JsonElement map) => (_config, _map) = (config, map);

    /// <summary>The class in transformers; where it is not told, a guess from config.json's model_type; null when neither tells.</summary>
    internal string? TokenizerClass { get; private init; }

    /// <summary>The chat templates by name, raw.</summary>
    internal IReadOnlyDictionary<string, string> ChatTemplates { get; private init; } = new Dictionary<string, string>();

    /// <summary>Tokens of added_tokens_decoder and added_tokens.json.</summary>
    internal IReadOnlyList<AddedToken> Added { get; private init; } = [];

    internal bool? AddBosToken => _config.Flag("add_bos_token");

    internal bool? AddEosToken => _config.Flag("add_eos_token");

    internal bool? AddPrefixSpace => _config.Flag("add_prefix_space");

    internal bool Legacy => _config.Flag("legacy") ?? true;

    /// <summary>The configuration of a folder.</summary>
    internal static TokenizerConfig Read(string directory)
    {
        JsonElement config = Optional(directory, "tokenizer_config.json"), map = Optional(directory, "special_tokens_map.json");
        return new(config, map)
        {
            TokenizerClass = config.Text("tokenizer_class") ?? ClassOf(Optional(directory, "config.json").Text("model_type")),
            ChatTemplates = ChatTemplateFiles.Read(directory, config),
            Added = [.. AddedTokensOf(config, map, directory)],
        };
    }

    /// <summary>A configuration that names a class and nothing else.</summary>
    internal static TokenizerConfig OfClass(string tokenizerClass) => new(default, default) { TokenizerClass = tokenizerClass };

    /// <summary>The text of a special token such as <c>eos_token</c>.</summary>
    /// <param name="name">The key.</param>
    /// <param name="otherwise">What holds where no file has the key; an explicit null in a file means none.</param>
    internal string? Special(string name, string? otherwise)
    {
        foreach (JsonElement source in (JsonElement[])[_config, _map])
            if (source.ValueKind == JsonValueKind.Object && source.TryGetProperty(name, out JsonElement value))
                return Content(value);
        return otherwise;
    }

    /// <summary>The special tokens by the names that chat templates use: every <c>..._token</c> of the files, and those that hold without being named.</summary>
    internal IReadOnlyDictionary<string, string> SpecialTokens(string? bos, string? eos, string? pad)
    {
        var tokens = new Dictionary<string, string>();
        foreach (JsonProperty member in ((JsonElement[])[_map, _config]).Where(source => source.ValueKind == JsonValueKind.Object).SelectMany(source => source.EnumerateObject()))
            if (member.Name.EndsWith("_token", StringComparison.Ordinal) && Content(member.Value) is { } token)
                tokens[member.Name] = token;
        foreach ((string name, string? token) in ((string, string?)[])[("bos_token", bos), ("eos_token", eos), ("pad_token", pad)])
            if (token is not null)
                tokens[name] = token;
        return tokens;
    }

    /// <summary>The texts under additional_special_tokens.</summary>
    internal IEnumerable<string> AdditionalSpecial => SpecialsOf(_config, _map, "additional_special_tokens");

    private static IEnumerable<string> SpecialsOf(JsonElement config, JsonElement map, string name) =>
        config.Items(name).Concat(map.Items(name)).Select(Content).OfType<string>().Distinct();

    private static IEnumerable<AddedToken> AddedTokensOf(JsonElement config, JsonElement map, string directory)
    {
        var seen = new HashSet<int>();
        if (config.Member("added_tokens_decoder") is { ValueKind: JsonValueKind.Object } decoder)
            foreach (JsonProperty entry in decoder.EnumerateObject())
            {
                if (!int.TryParse(entry.Name, out int id) || id < 0 || entry.Value.Text("content") is not { } content)
                    throw new TokenizerException($"{Path.Combine(directory, "tokenizer_config.json")}: added_tokens_decoder has the entry \"{entry.Name}\": {entry.Value.GetRawText()}, but it should be an id with an object that has content.");
                if (seen.Add(id))
                    yield return Read(id, content, entry.Value);
            }
        string[] special = [.. ((string[])["bos_token", "eos_token", "unk_token", "pad_token"])
            .SelectMany(name => (JsonElement?[])[config.Member(name), map.Member(name)]).Select(value => value is { } v ? Content(v) : null).OfType<string>(),
            .. SpecialsOf(config, map, "additional_special_tokens")];
        string addedPath = Path.Combine(directory, "added_tokens.json");
        if (File.Exists(addedPath))
            foreach ((string content, int id) in VocabularyFiles.Vocabulary(JsonFile.ReadObject(addedPath), addedPath))
                if (seen.Add(id))
                    yield return new(id, content) { Special = special.Contains(content) };
    }

    /// <summary>An added token with its flags, as added_tokens_decoder and tokenizer.json write them.</summary>
    internal static AddedToken Read(int id, string content, JsonElement flags) => new(id, content)
    {
        Special = flags.Flag("special") ?? false,
        StripLeft = flags.Flag("lstrip") ?? false,
        StripRight = flags.Flag("rstrip") ?? false,
        SingleWord = flags.Flag("single_word") ?? false,
        Normalized = flags.Flag("normalized") ?? !(flags.Flag("special") ?? false),
    };

    private static string? Content(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : value.Text("content");

    private static string? ClassOf(string? modelType) => modelType?.StartsWith("qwen", StringComparison.Ordinal) == true ? "Qwen2Tokenizer" : null;

    private static JsonElement Optional(string directory, string name)
    {
        string path = Path.Combine(directory, name);
        return File.Exists(path) ? JsonFile.ReadObject(path) : default;
    }
}
