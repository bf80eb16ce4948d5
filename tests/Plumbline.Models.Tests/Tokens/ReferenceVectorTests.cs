using Plumbline.Models.Tokens;
using Plumbline.TestKit;

namespace Plumbline.Models.Tests.Tokens;

/// <summary>Ids that the reference tokenizers give, as llama.cpp keeps them: strings in .inp, one row of ids each in .out.</summary>
public sealed class ReferenceVectorTests
{
    private const string Separator = "\n__ggml_vocab_test__\n", Prefix = "ggml-vocab-", Suffix = ".gguf.inp";

    public static TheoryData<string> Names()
    {
        var names = new TheoryData<string>();
        if (SharedFiles.Data("tokenizer_vectors") is { } folder)
            foreach (string file in Directory.EnumerateFiles(folder, Prefix + "*" + Suffix).Order())
                names.Add(Path.GetFileName(file)[Prefix.Length..^Suffix.Length]);
        if (names.Count == 0)
            names.Add("none");
        return names;
    }

    [Theory, MemberData(nameof(Names))]
    public void Encode_ReferenceStrings_GivesReferenceIds(string name)
    {
        Assert.SkipWhen(name == "none", "tokenizer_vectors is absent.");
        Tokenizer tokenizer = Vocabularies.Load(name);
        string input = SharedFiles.Data($"tokenizer_vectors/{Prefix}{name}{Suffix}")!;
        string[] texts = File.ReadAllText(input).Split(Separator)[..^1];
        string[] expected = File.ReadAllText(Path.ChangeExtension(input, ".out")).Split('\n')[..texts.Length];

        string[] actual = [.. texts.Select(text => string.Concat(tokenizer.Encode(text, addSpecialTokens: false).Select(id => $" {id}")))];

        Assert.True(texts.Length > 40);
        Assert.Equal(expected.Select(line => line.TrimEnd()), actual);
        Assert.Equal(texts, texts.Select(text => tokenizer.Decode(tokenizer.Encode(text))));
    }

    [Fact]
    public void Encode_StoriesOpening_BeginsWithBosAndDecodesBack()
    {
        Tokenizer tokenizer = Vocabularies.Load("stories260K");

        int[] ids = tokenizer.Encode("Once upon a time");

        // bos, then _Once _upon _a _time of the 512-piece vocabulary
        Assert.Equal([1, 403, 407, 261, 378], ids);
        Assert.Equal("Once upon a time", tokenizer.Decode(ids));
        Assert.Equal((512, 1, 2), (tokenizer.VocabularySize, tokenizer.BosTokenId, tokenizer.EosTokenId));
        Assert.Null(tokenizer.PadTokenId);
    }

    [Fact]
    public void Load_Qwen2_KnowsItsSpecialTokens()
    {
        Tokenizer tokenizer = Vocabularies.Load("qwen2");

        Assert.Equal(151646, tokenizer.VocabularySize);
        Assert.Equal((null, 151645, 151643), (tokenizer.BosTokenId, tokenizer.EosTokenId, tokenizer.PadTokenId));
        Assert.StartsWith("{% set system_message", tokenizer.ChatTemplate);
        Assert.Equal([151644, 872, 198, 9707, 151645, 198], tokenizer.Encode("<|im_start|>user\nHello<|im_end|>\n"));
    }

    [Fact]
    public void Load_Gpt2WithoutConfiguration_TakesEndOfTextFromTheVocabulary()
    {
        Tokenizer tokenizer = Vocabularies.Load("gpt-2");

        Assert.Equal((50257, 50256, 50256), (tokenizer.VocabularySize, tokenizer.BosTokenId, tokenizer.EosTokenId));
        Assert.Equal([15496, 50256, 995], tokenizer.Encode("Hello<|endoftext|> world"));
    }

    [Theory, InlineData("gpt-2"), InlineData("llama-spm")]
    public void Encode_OnManyThreads_GivesWhatOneThreadGives(string name)
    {
        Tokenizer tokenizer = Vocabularies.Load(name);
        string[] texts = [.. Enumerable.Range(0, 400).Select(i => $"thread{i % 37} says naïve{i} 🚀{i * 7919}")];
        int[][] together = new int[texts.Length][];

        Parallel.For(0, texts.Length, i => together[i] = tokenizer.Encode(texts[i]));

        Assert.Equal(texts.Select(text => tokenizer.Encode(text)), together);
        Assert.Equal(texts, together.Select(ids => tokenizer.Decode(ids)));
    }
}
