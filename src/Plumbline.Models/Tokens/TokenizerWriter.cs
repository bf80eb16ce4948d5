using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Models.Chat;
using Plumbline.Models.Tokens.Pipeline.Patterns;

namespace Plumbline.Models.Tokens;

/// <summary>Writes a byte-level BPE vocabulary in the forms that transformers' Qwen2 classes read, slow and fast.</summary>
internal static class TokenizerWriter
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The ChatML template where the special tokens allow it; none otherwise.</summary>
    internal static IReadOnlyDictionary<string, string> ChatTemplates(IReadOnlyList<AddedToken> special) =>
        ChatTemplate(special) is { } template ? ChatTemplateFiles.Only(template) : new Dictionary<string, string>();

    private static string? ChatTemplate(IReadOnlyList<AddedToken> special) =>
        special.Any(token => token.Content == ChatFormat.TurnStart) && special.Any(token => token.Content == ChatFormat.TurnEnd) ? ChatFormat.ChatMl : null;

    /// <summary>The files by name.</summary>
    internal static Dictionary<string, string> Files(
        Dictionary<string, int> vocabulary, IReadOnlyList<string> merges, IReadOnlyList<AddedToken> special, string? eosToken, string? padToken) => new()
        {
            ["vocab.json"] = JsonSerializer.Serialize(vocabulary, Layout) + "\n",
            ["merges.txt"] = "#version: 0.2\n" + string.Concat(merges.Select(merge => merge + "\n")),
            ["tokenizer_config.json"] = Config(special, eosToken, padToken).ToJsonString(Layout) + "\n",
            ["tokenizer.json"] = Fast(vocabulary, merges, special).ToJsonString(Layout) + "\n",
        };

    private static JsonObject Config(IReadOnlyList<AddedToken> special, string? eosToken, string? padToken)
    {
        var config = new JsonObject
        {
            ["add_prefix_space"] = false,
            ["added_tokens_decoder"] = new JsonObject(special.Select(token => KeyValuePair.Create(token.Id.ToString(), (JsonNode?)Flags(token)))),
            ["additional_special_tokens"] = new JsonArray([.. special.Select(token => (JsonNode)token.Content)]),
            ["bos_token"] = null,
            ["clean_up_tokenization_spaces"] = false,
            ["eos_token"] = eosToken,
            ["errors"] = "replace",
            ["pad_token"] = padToken,
            ["tokenizer_class"] = "Qwen2Tokenizer",
            ["unk_token"] = null,
        };
        if (ChatTemplate(special) is { } template)
            config["chat_template"] = template;
        return config;
    }

    private static JsonObject Fast(Dictionary<string, int> vocabulary, IReadOnlyList<string> merges, IReadOnlyList<AddedToken> special) => new()
    {
        ["version"] = "1.0",
        ["truncation"] = null,
        ["padding"] = null,
        ["added_tokens"] = new JsonArray([.. special.Select(token =>
        {
            JsonObject entry = Flags(token);
            entry.Insert(0, "id", token.Id);
            return (JsonNode)entry;
        })]),
        ["normalizer"] = new JsonObject { ["type"] = "NFC" },
        ["pre_tokenizer"] = new JsonObject
        {
            ["type"] = "Sequence",
            ["pretokenizers"] = new JsonArray(
                new JsonObject
                {
                    ["type"] = "Split",
                    ["pattern"] = new JsonObject { ["Regex"] = WordPatterns.Qwen2 },
                    ["behavior"] = "Isolated",
                    ["invert"] = false,
                },
                ByteLevel()),
        },
        ["post_processor"] = ByteLevel(),
        ["decoder"] = ByteLevel(),
        ["model"] = new JsonObject
        {
            ["type"] = "BPE",
            ["dropout"] = null,
            ["unk_token"] = null,
            ["continuing_subword_prefix"] = "",
            ["end_of_word_suffix"] = "",
            ["fuse_unk"] = false,
            ["byte_fallback"] = false,
            ["vocab"] = new JsonObject(vocabulary.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value))),
            ["merges"] = new JsonArray([.. merges.Select(merge => (JsonNode)merge)]),
        },
    };

    private static JsonObject ByteLevel() => new() { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = false, ["use_regex"] = false };

    private static JsonObject Flags(AddedToken token) => new()
    {
        ["content"] = token.Content,
        ["lstrip"] = token.StripLeft,
        ["normalized"] = false,
        ["rstrip"] = token.StripRight,
        ["single_word"] = token.SingleWord,
        ["special"] = token.Special,
    };
}
