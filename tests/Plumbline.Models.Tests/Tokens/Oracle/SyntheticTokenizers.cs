using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Models.Tests.Tokens.Pipeline;

namespace Plumbline.Models.Tests.Tokens.Oracle;

/// <summary>A tokenizer.json for each component, made so that the ids show all that the component does.</summary>
internal static class SyntheticTokenizers
{
    // Characters spelled in bytes, and a mark where a piece ends: the ids are the pieces.
    private static readonly string Spelling = new JsonObject
    {
        ["type"] = "BPE",
        ["end_of_word_suffix"] = "␟",
        ["byte_fallback"] = true,
        ["vocab"] = Vocabulary(Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>")),
        ["merges"] = new JsonArray(),
    }.ToJsonString();

    private const string Bytes = """{"type": "Sequence", "decoders": [{"type": "ByteFallback"}, {"type": "Fuse"}]}""";

    private static readonly string Precompiled = $$"""{"type": "Precompiled", "precompiled_charsmap": "{{Convert.ToBase64String(CharacterMap.Build(Compatible()))}}"}""";

    internal static Dictionary<string, string> Normalizers { get; } = new Dictionary<string, string>
    {
        ["NFC"] = """{"type": "NFC"}""",
        ["NFD"] = """{"type": "NFD"}""",
        ["NFKC"] = """{"type": "NFKC"}""",
        ["NFKD"] = """{"type": "NFKD"}""",
        ["Lowercase"] = """{"type": "Lowercase"}""",
        ["Strip"] = """{"type": "Strip", "strip_left": true, "strip_right": true}""",
        ["StripAccents"] = """{"type": "Sequence", "normalizers": [{"type": "NFD"}, {"type": "StripAccents"}]}""",
        ["Replace text"] = """{"type": "Replace", "pattern": {"String": "a"}, "content": "<$0>"}""",
        ["Replace regex"] = """{"type": "Replace", "pattern": {"Regex": "\\s+|\\p{So}\\p{Sk}?"}, "content": "_"}""",
        ["Prepend"] = """{"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"}, {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}""",
        ["Bert"] = """{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true}""",
        ["Bert cased"] = """{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": false, "lowercase": false}""",
        ["Nmt"] = """{"type": "Nmt"}""",
        ["ByteLevel"] = """{"type": "ByteLevel"}""",
        ["Precompiled"] = Precompiled,
    }.ToDictionary(entry => entry.Key, entry => Json(entry.Value, "null", Spelling, "null", Bytes));

    internal static Dictionary<string, string> PreTokenizers { get; } = new Dictionary<string, string>
    {
        ["ByteLevel"] = """{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}""",
        ["ByteLevel whole"] = """{"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false}""",
        ["Metaspace always"] = """{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true}""",
        ["Metaspace first"] = """{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": true}""",
        ["Metaspace never, whole"] = """{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "never", "split": false}""",
        ["Whitespace"] = """{"type": "Whitespace"}""",
        ["WhitespaceSplit"] = """{"type": "WhitespaceSplit"}""",
        ["Punctuation"] = """{"type": "Punctuation", "behavior": "Contiguous"}""",
        ["Digits"] = """{"type": "Digits", "individual_digits": false}""",
        ["Digits one by one"] = """{"type": "Digits", "individual_digits": true}""",
        ["Bert"] = """{"type": "BertPreTokenizer"}""",
        ["CharDelimiterSplit"] = """{"type": "CharDelimiterSplit", "delimiter": "e"}""",
        ["UnicodeScripts"] = """{"type": "UnicodeScripts"}""",
        ["Split removed"] = Split("\\\\s", "Removed", invert: false),
        ["Split with previous"] = Split("[\\\\p{P}\\\\p{S}]", "MergedWithPrevious", invert: false),
        ["Split with next"] = Split("[\\\\p{P}\\\\p{S}]", "MergedWithNext", invert: false),
        ["Split contiguous"] = Split("\\\\p{Lu}", "Contiguous", invert: false),
        ["Split inverted"] = Split("\\\\w+", "Removed", invert: true),
        ["cl100k"] = Split("'(?i:[sdmt]|ll|ve|re)|[^\\\\r\\\\n\\\\p{L}\\\\p{N}]?+\\\\p{L}+|\\\\p{N}{1,3}| ?[^\\\\s\\\\p{L}\\\\p{N}]++[\\\\r\\\\n]*|\\\\s*[\\\\r\\\\n]|\\\\s+(?!\\\\S)|\\\\s+", "Isolated", invert: false),
        ["Kimi"] = Split("[\\\\p{Han}]+|[^\\\\r\\\\n\\\\p{L}\\\\p{N}]?[\\\\p{Lu}\\\\p{Lt}\\\\p{Lm}\\\\p{Lo}\\\\p{M}&&[^\\\\p{Han}]]*[\\\\p{Ll}\\\\p{Lm}\\\\p{Lo}\\\\p{M}&&[^\\\\p{Han}]]+|\\\\p{N}{1,3}|\\\\s+", "Isolated", invert: false),
        ["Emoji range"] = Split("[\\\\x{1F300}-\\\\x{1F64F}🚀]+|[一-龥]+", "Isolated", invert: false),
        ["Sequence"] = """{"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": true}, {"type": "Digits", "individual_digits": true}]}""",
    }.ToDictionary(entry => entry.Key, entry => Json("null", entry.Value, Spelling, "null", Bytes));

    internal static Dictionary<string, string> Models { get; } = new()
    {
        ["Unigram"] = Json(Precompiled, """{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true}""",
            Unigram(byteFallback: false), """{"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}], "pair": [], "special_tokens": {"</s>": {"id": "</s>", "ids": [1], "tokens": ["</s>"]}} }""",
            """{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true}""", Added((0, "<unk>", ""), (1, "</s>", ""))),
        ["Unigram in bytes, whole"] = Json("null", """{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": false}""", Unigram(byteFallback: true), "null",
            """{"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}""",
            Added((0, "<unk>", ""), (1, "</s>", ""))),
        ["BPE with suffix"] = Json("""{"type": "Lowercase"}""", """{"type": "BertPreTokenizer"}""",
            Bpe("</w>", null, false, [.. Letters.Select(c => c.ToString()), .. Letters.Select(c => c + "</w>"), "<unk>"],
                [("t", "h"), ("th", "e</w>"), ("o", "n"), ("e", "r</w>"), ("i", "n"), ("in", "g</w>"), ("a", "n"), ("an", "d</w>"), ("o", "n</w>"), ("th", "e"), ("l", "l")]),
            "null", """{"type": "BPEDecoder", "suffix": "</w>"}"""),
        ["BPE with prefix"] = Json("""{"type": "Lowercase"}""", """{"type": "Whitespace"}""",
            Bpe(null, "##", true, [.. Letters.Select(c => c.ToString()), .. Letters.Select(c => "##" + c), "<unk>"],
                [("t", "##h"), ("th", "##e"), ("##o", "##n"), ("##e", "##r"), ("##i", "##n"), ("##in", "##g"), ("a", "##n"), ("an", "##d")]),
            "null", """{"type": "WordPiece", "prefix": "##", "cleanup": true}"""),
        ["WordLevel"] = Json("""{"type": "Lowercase"}""", """{"type": "Whitespace"}""", """{"type": "WordLevel", "unk_token": "<unk>", "vocab": {"<unk>": 0, "the": 1, "a": 2, "x": 3, "!": 4}}""", "null", "null"),
        ["Added tokens"] = Json("""{"type": "Sequence", "normalizers": [{"type": "Lowercase"}, {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}""", "null", Spelling.Replace("\\u241F", ""), "null", Bytes,
            Added((256, "<x>", ""), (257, "<xx>", ""), (258, "<l>", "lstrip"), (259, "<r>", "rstrip"), (260, "it", "single_word"), (261, "Two Words", "normalized"), (262, "the", "normalized"), (263, "e</s>", "lstrip,rstrip"), (264, " sp", ""))),
    };

    internal static Dictionary<string, string> Decoders { get; } = new Dictionary<string, string>
    {
        ["none"] = "null",
        ["ByteLevel"] = """{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}""",
        ["ByteFallback"] = """{"type": "ByteFallback"}""",
        ["Metaspace"] = """{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true}""",
        ["Metaspace never"] = """{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "never", "split": true}""",
        ["Replace"] = """{"type": "Replace", "pattern": {"Regex": "[a-e]"}, "content": "*"}""",
        ["Strip"] = """{"type": "Strip", "content": "▁", "start": 1, "stop": 0}""",
        ["WordPiece"] = """{"type": "WordPiece", "prefix": "##", "cleanup": true}""",
        ["WordPiece without cleanup"] = """{"type": "WordPiece", "prefix": "##", "cleanup": false}""",
        ["CTC"] = """{"type": "CTC", "pad_token": "<pad>", "word_delimiter_token": "|", "cleanup": true}""",
        ["BPEDecoder"] = """{"type": "BPEDecoder", "suffix": "</w>"}""",
        ["Llama"] = """{"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}""",
        ["Fuse in the midst"] = """{"type": "Sequence", "decoders": [{"type": "Fuse"}, {"type": "Replace", "pattern": {"String": "aa"}, "content": "b"}]}""",
    }.ToDictionary(entry => entry.Key, entry => Json("null", """{"type": "WhitespaceSplit"}""",
        new JsonObject { ["type"] = "WordLevel", ["unk_token"] = "a", ["vocab"] = Vocabulary(DecodedTokens) }.ToJsonString(), "null", entry.Value));

    /// <summary>Texts whose words are the tokens of the decoders' vocabulary.</summary>
    internal static string[] DecodedTexts()
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, 200).Select(_ => string.Join(' ', Enumerable.Range(0, random.Next(1, 12)).Select(_ => DecodedTokens[random.Next(DecodedTokens.Length)])))];
    }

    private static string[] DecodedTokens =>
        ["a", "aa", "b</w>", "the</w>", "##ing", "##e", "▁the", "▁", "▁▁a", "n't", "'s", ".", ",", "?", "|", "<pad>", "<0xE4>", "<0xB8>", "<0xAD>", "<0x41>", "<0xFF>", "Ã", "©", "Ġx", "中", "do", "not"];

    private static IEnumerable<char> Letters => Enumerable.Range('a', 26).Select(c => (char)c);

    internal static string Json(string normalizer, string preTokenizer, string model, string postProcessor, string decoder, string added = "[]") => $$"""
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": {{added}}, "normalizer": {{normalizer}}, "pre_tokenizer": {{preTokenizer}},
         "post_processor": {{postProcessor}}, "decoder": {{decoder}}, "model": {{model}}}
        """;

    private static string Split(string regex, string behavior, bool invert) =>
        $$"""{"type": "Split", "pattern": {"Regex": "{{regex}}"}, "behavior": "{{behavior}}", "invert": {{(invert ? "true" : "false")}} }""";

    private static string Added(params (int Id, string Content, string Flags)[] tokens) => new JsonArray([.. tokens.Select(token => new JsonObject
    {
        ["id"] = token.Id,
        ["content"] = token.Content,
        ["single_word"] = token.Flags.Contains("single_word"),
        ["lstrip"] = token.Flags.Contains("lstrip"),
        ["rstrip"] = token.Flags.Contains("rstrip"),
        ["normalized"] = token.Flags.Contains("normalized"),
        ["special"] = token.Flags.Length == 0,
    })]).ToJsonString();

    private static string Bpe(string? suffix, string? prefix, bool fuse, IEnumerable<string> tokens, (string Left, string Right)[] merges) => new JsonObject
    {
        ["type"] = "BPE",
        ["dropout"] = null,
        ["unk_token"] = "<unk>",
        ["continuing_subword_prefix"] = prefix,
        ["end_of_word_suffix"] = suffix,
        ["fuse_unk"] = fuse,
        ["byte_fallback"] = false,
        ["vocab"] = Vocabulary(tokens.Concat(merges.Select(merge => merge.Left + merge.Right[(prefix ?? "").Length..])).Distinct()),
        ["merges"] = new JsonArray([.. merges.Select(merge => (JsonNode)(merge.Left + " " + merge.Right))]),
    }.ToJsonString();

    private static JsonObject Vocabulary(IEnumerable<string> tokens) => new(tokens.Select((token, id) => KeyValuePair.Create(token, (JsonNode?)id)));

    // Pieces cut out of the texts by chance, with scores by chance.
    private static string Unigram(bool byteFallback)
    {
        var random = new Random(11);
        string source = string.Join('\u2581', OracleTexts.All).Replace(' ', '\u2581');
        var pieces = new List<string> { "<unk>", "</s>" };
        if (byteFallback)
            pieces.AddRange(Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>"));
        for (int i = 0; i < 3000; i++)
        {
            string piece = source.Substring(random.Next(source.Length - 8), random.Next(1, 6));
            if (!char.IsLowSurrogate(piece[0]) && !char.IsHighSurrogate(piece[^1]))
                pieces.Add(piece);
        }
        return new JsonObject
        {
            ["type"] = "Unigram",
            ["unk_id"] = 0,
            ["byte_fallback"] = byteFallback,
            ["vocab"] = new JsonArray([.. pieces.Distinct().Select(piece => new JsonArray(piece, -Math.Round(random.NextDouble() * 12, 4)))]),
        }.ToJsonString();
    }

    // Characters that NFKC changes, as SentencePiece's nmt_nfkc map has them.
    private static Dictionary<string, string> Compatible() => new()
    {
        ["ﬁ"] = "fi",
        ["ﬂ"] = "fl",
        ["½"] = "1\u20442",
        ["²"] = "2",
        ["™"] = "TM",
        ["Ａ"] = "A",
        ["ｂ"] = "b",
        ["ｃ"] = "c",
        ["１"] = "1",
        ["\u3000"] = " ",
        ["\u00A0"] = " ",
        ["ｶ"] = "カ",
        ["e\u0301"] = "é",
        ["a\u0308"] = "ä",
        ["n\u0303"] = "ñ",
        ["\n"] = " ",
        ["\t"] = " ",
        ["\u200B"] = " ",
        ["\uFEFF"] = "",
        ["\u0001"] = "",
        ["㎏"] = "kg",
        ["𝒜"] = "A",
        ["𝟙"] = "1",
        ["…"] = "...",
    };
}
