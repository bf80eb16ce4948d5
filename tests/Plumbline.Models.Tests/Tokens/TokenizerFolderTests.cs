using System.Text;
using System.Text.Json.Nodes;
using Plumbline.Models.Tokens;

namespace Plumbline.Models.Tests.Tokens;

public sealed class TokenizerFolderTests
{
    [Fact]
    public void Load_EmptyFolder_NamesTheFilesThatWouldDo()
    {
        using var folder = new TemporaryFolder();
        string message = Fault(folder);
        foreach (string file in (string[])["tokenizer.json", "vocab.json", "merges.txt", "tokenizer.model"])
            Assert.Contains(file, message);
    }

    [Fact]
    public void Load_VocabularyWithoutMerges_SaysWhichIsMissing()
    {
        using var folder = new TemporaryFolder();
        folder.Write("vocab.json", "{}");
        Assert.Contains("merges.txt is missing", Fault(folder));
    }

    [Fact]
    public void Load_MissingFolder_NamesIt() =>
        Assert.Contains("nowhere-at-all", Assert.Throws<TokenizerException>(() => TokenizerFolder.Load("nowhere-at-all")).Message);

    [Theory]
    [InlineData("vocab.json", "{\n\"a\": 0,\n\"b\": }", "line 3")]
    [InlineData("vocab.json", "[1]", "array")]
    [InlineData("vocab.json", "{\"a\": -1}", "'a'")]
    [InlineData("vocab.json", "{\"a\": 1, \"b\": 1}", "'b'")]
    [InlineData("merges.txt", "#version: 0.2\na b\r\na b c\r\n", "line 3")]
    [InlineData("merges.txt", "a b\nab\n", "line 2")]
    [InlineData("merges.txt", "a c\n", "'c'")]
    [InlineData("tokenizer_config.json", "{\n\"eos_token\"", "line 2")]
    [InlineData("tokenizer_config.json", "{\"added_tokens_decoder\": {\"x\": {\"content\": \"<a>\"}}}", "added_tokens_decoder")]
    [InlineData("added_tokens.json", "{\"<a>\": \"7\"}", "'<a>'")]
    [InlineData("tokenizer.model", "not a model", "tokenizer.model")]
    public void Load_MalformedFile_NamesFileAndPlace(string name, string content, string place)
    {
        using var folder = new TemporaryFolder();
        folder.Write("vocab.json", """{"a": 0, "b": 1, "ab": 2}""");
        folder.Write("merges.txt", "#version: 0.2\na b\n");
        folder.Write(name, content);
        string message = Fault(folder);
        Assert.Contains(name, message);
        Assert.Contains(place, message);
    }

    [Theory]
    [InlineData("model", "7", "model")]
    [InlineData("model.type", "\"Neural\"", "model is of type 'Neural'")]
    [InlineData("model.vocab", "[]", "model.vocab")]
    [InlineData("model.merges", """["l o", ["a"]]""", "merges[1]")]
    [InlineData("model.merges", """["l z"]""", "'z'")]
    [InlineData("model.fuse_unk", "\"yes\"", "model.fuse_unk")]
    [InlineData("normalizer.type", "\"NFX\"", "'NFX'")]
    [InlineData("normalizer", """{"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Odd"}]}""", "normalizer.normalizers[1]")]
    [InlineData("normalizer", """{"type": "Precompiled", "precompiled_charsmap": "AAEAAA=="}""", "precompiled_charsmap")]
    [InlineData("pre_tokenizer", """{"type": "Metaspace"}""", "pre_tokenizer.replacement")]
    [InlineData("pre_tokenizer", """{"type": "CharDelimiterSplit", "delimiter": "ab"}""", "one character")]
    [InlineData("pre_tokenizer", """{"type": "Split", "pattern": {"String": "a"}, "behavior": "Sideways"}""", "MergedWithNext")]
    [InlineData("pre_tokenizer", """{"type": "Split", "pattern": {"Regex": "[[^\\p{L}]a]"}, "behavior": "Isolated"}""", "[[^\\p{L}]a]")]
    [InlineData("post_processor", """{"type": "BertProcessing"}""", "post_processor.cls")]
    [InlineData("post_processor", """{"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<|im_start|>"}}]}""", "Sequence A")]
    [InlineData("decoder", """{"type": "Sequence", "decoders": [{"type": "Odd"}]}""", "decoder.decoders[0]")]
    [InlineData("added_tokens", """[{"id": -1, "content": "a"}]""", "added_tokens")]
    public void Load_TokenizerJsonWithAPartThatIsWrong_NamesThePart(string path, string value, string named)
    {
        using var folder = new TemporaryFolder();
        ChangeTrained(folder, path, value);
        string message = Fault(folder);
        Assert.Contains(named, message);
        Assert.Contains("tokenizer.json", message);
    }

    [Fact]
    public void Load_SplitPatternUnknownToDotNet_NamesThePart()
    {
        using var folder = new TemporaryFolder();
        ChangeTrained(folder, "pre_tokenizer", """{"type": "Sequence", "pretokenizers": [{"type": "Split", "pattern": {"Regex": "("}, "behavior": "Isolated"}, {"type": "ByteLevel"}]}""");
        Assert.Contains("Split pattern at pre_tokenizer.pretokenizers[0]", Fault(folder));
    }

    // As Llama 3 writes it: a template puts a beginning of text before the sequence, and whole words go before merges.
    [Fact]
    public void Load_TemplateAndIgnoreMerges_AreFollowed()
    {
        using var folder = new TemporaryFolder();
        ChangeTrained(folder, "post_processor", """
            {"type": "Sequence", "processors": [{"type": "ByteLevel"}, {"type": "TemplateProcessing",
             "single": [{"SpecialToken": {"id": "<|im_start|>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}], "pair": [], "special_tokens": {}}]}
            """);
        ChangeTrained(folder, "model.ignore_merges", "true");
        ChangeTrained(folder, "model.vocab.lol", "258");
        ChangeTrained(folder, "model.merges", """[["l", "o"]]""");

        Tokenizer tokenizer = TokenizerFolder.Load(folder.Path);

        Assert.Equal([257, 258], tokenizer.Encode("lol"));
        Assert.Equal([256, tokenizer.TokenId("w")!.Value], tokenizer.Encode("low", addSpecialTokens: false));
        Assert.Equal("lol", tokenizer.Decode([257, 258]));
    }

    [Fact]
    public void Load_AddedTokensAndSpecialsWithoutAnId_GetTheNextIds()
    {
        using var folder = new TemporaryFolder();
        folder.Write("vocab.json", """{"a": 0, "b": 1, "ab": 2}""");
        folder.Write("merges.txt", "a b\n");
        folder.Write("added_tokens.json", """{"<tool>": 3}""");
        folder.Write("tokenizer_config.json", """{"tokenizer_class": "GPT2Tokenizer", "eos_token": {"content": "<end>"}, "pad_token": "<end>", "add_bos_token": true}""");

        Tokenizer tokenizer = TokenizerFolder.Load(folder.Path);

        Assert.Equal([0, 3, 2, 4], tokenizer.Encode("a<tool>ab<end>"));
        Assert.Equal((5, null, 4, 4), (tokenizer.VocabularySize, tokenizer.BosTokenId, tokenizer.EosTokenId, tokenizer.PadTokenId));
        Assert.Equal("a<tool>ab", tokenizer.Decode([0, 3, 2, 4]));
        Assert.True(tokenizer.IsSpecial(4));
        Assert.False(tokenizer.IsSpecial(3));
    }

    [Fact]
    public void Encode_ByteThatTheVocabularyLacks_IsAnError()
    {
        using var folder = new TemporaryFolder();
        Tokenizer tokenizer = TokenizerFolder.LoadBpe(folder.Write("v.json", """{"a": 0, "b": 1, "ab": 2}"""), folder.Write("m.txt", "a b\n"));
        Assert.Contains("'abc'", Assert.Throws<TokenizerException>(() => tokenizer.Encode("abc")).Message);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Encode_SentencePieceAfterASpecialToken_PutsASpaceThereOnlyInLegacyMode(bool legacy)
    {
        SentencePieceModel model = new()
        {
            Pieces =
            [
                new("<unk>", 0, SentencePieceKind.Unknown), new("<s>", 0, SentencePieceKind.Control), new("</s>", 0, SentencePieceKind.Control),
                new("\u2581a", -1, SentencePieceKind.Normal), new("a", -2, SentencePieceKind.Normal), new("\u2581", -3, SentencePieceKind.Normal),
            ],
        };
        using var folder = new TemporaryFolder();
        SentencePieceFile.Write(Path.Combine(folder.Path, "tokenizer.model"), model);
        folder.Write("tokenizer_config.json", $$"""{"legacy": {{(legacy ? "true" : "false")}}, "add_eos_token": true}""");

        Tokenizer tokenizer = TokenizerFolder.Load(folder.Path);

        Assert.Equal([1, 3, 1, legacy ? 3 : 4, 2], tokenizer.Encode("a<s>a"));
        Assert.Equal([3, 3, 0], tokenizer.Encode("a aéé", addSpecialTokens: false)); // no bytes to fall back to: one unknown
    }

    [Theory, InlineData(1, "", "type 1"), InlineData(2, "rules", "precompiled_charsmap")]
    public void Load_SentencePieceOfAnotherKind_NamesThePart(int type, string characterMap, string named)
    {
        using var folder = new TemporaryFolder();
        SentencePieceFile.Write(
            Path.Combine(folder.Path, "tokenizer.model"), new() { Pieces = [new("a", 0, SentencePieceKind.Normal)] }, type, Encoding.UTF8.GetBytes(characterMap));
        Assert.Contains(named, Fault(folder));
    }

    [Fact]
    public void Load_SentencePieceCutShort_IsAnError()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "tokenizer.model");
        SentencePieceFile.Write(file, new() { Pieces = [new("abcdef", 0, SentencePieceKind.Normal)] });
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..9]);
        Assert.Contains("cut short", Fault(folder));
    }

    [Fact]
    public void Encode_SentencePieceThatRemovesExtraSpaces_TrimsAndJoins()
    {
        SentencePiece[] pieces = [new("<unk>", 0, SentencePieceKind.Unknown), new("a", -1, SentencePieceKind.Normal), new("\u2581", -1, SentencePieceKind.Normal)];
        var codec = new SentencePieceCodec(new() { Pieces = pieces, RemoveExtraWhitespaces = true }, addPrefix: false, prefixEveryStretch: false);
        var ids = new List<int>();
        codec.Encode("  a   a ", first: true, ids);
        Assert.Equal([1, 2, 1], ids);
    }

    // transformers reads the fast form where both are there.
    [Fact]
    public void Load_BothTokenizerJsonAndModel_ReadsTheJson()
    {
        using var folder = new TemporaryFolder();
        SentencePieceFile.Write(Path.Combine(folder.Path, "tokenizer.model"), new() { Pieces = [new("a", 0, SentencePieceKind.Normal)] });
        folder.Write("tokenizer.json", """{"model": {"type": "WordLevel", "vocab": {"a": 7}}}""");
        Assert.Equal([7], TokenizerFolder.Load(folder.Path).Encode("a"));
    }

    // Without a decoder tokens stand apart, as in the reference.
    [Fact]
    public void Decode_TokenizerJsonWithoutDecoder_PutsSpacesBetween()
    {
        using var folder = new TemporaryFolder();
        folder.Write("tokenizer.json", """{"pre_tokenizer": {"type": "WhitespaceSplit"}, "model": {"type": "WordLevel", "vocab": {"a": 0, "b": 1}}}""");
        Tokenizer tokenizer = TokenizerFolder.Load(folder.Path);
        Assert.Equal("a b a", tokenizer.Decode(tokenizer.Encode("a b  a")));
    }

    // An added token is text, not an id's spelling: its é is no byte of the alphabet.
    [Fact]
    public void Decode_AddedTokenOfAByteLevelTokenizer_IsTakenAsItStands()
    {
        using var folder = new TemporaryFolder();
        ChangeTrained(folder, "added_tokens", """[{"id": 300, "content": "é", "single_word": false, "lstrip": false, "rstrip": false, "normalized": true, "special": false}]""");
        Tokenizer tokenizer = TokenizerFolder.Load(folder.Path);
        Assert.Equal([300], tokenizer.Encode("é"));
        Assert.Equal("é", tokenizer.Decode([300]));
    }

    [Fact]
    public void Save_LoadedTokenizer_CanBeLoadedAgain()
    {
        using var target = new TemporaryFolder();
        Tokenizer original = Vocabularies.Load("stories260K");
        original.Save(target.Path);
        Assert.Equal(original.Encode("Lily saw a dog."), TokenizerFolder.Load(target.Path).Encode("Lily saw a dog."));
    }

    [Fact]
    public void Save_ByPathsOfOtherNames_WritesTheUsualNames()
    {
        using var folder = new TemporaryFolder();
        string vocabulary = folder.Write("v.json", """{"a": 0, "b": 1, "ab": 2}""");
        Tokenizer tokenizer = TokenizerFolder.LoadBpe(vocabulary, folder.Write("m.txt", "a b\n"));
        tokenizer.Save(folder.Path);
        Assert.Equal([2], TokenizerFolder.Load(folder.Path).Encode("ab"));

        File.Delete(vocabulary);
        Assert.Contains("v.json", Assert.Throws<TokenizerException>(() => tokenizer.Save(folder.Path)).Message);
    }

    [Fact]
    public void RequireFits_ModelWithFewerRows_NamesBothNumbers()
    {
        Tokenizer tokenizer = BpeTrainer.Train([], 260, ["<|endoftext|>"]).ToTokenizer(); // 256 bytes and one special: 257
        tokenizer.RequireFits(257);
        string message = Assert.Throws<TokenizerException>(() => tokenizer.RequireFits(256)).Message;
        Assert.Contains("257", message);
        Assert.Contains("256", message);
    }

    private static string Fault(TemporaryFolder folder) => Assert.Throws<TokenizerException>(() => TokenizerFolder.Load(folder.Path)).Message;

    private static void ChangeTrained(TemporaryFolder folder, string path, string value)
    {
        string file = Path.Combine(folder.Path, "tokenizer.json");
        if (!File.Exists(file))
            BpeTrainer.Train(["lo", "lo"], 300, ["<|im_start|>"]).Save(folder.Path);
        JsonNode root = JsonNode.Parse(File.ReadAllText(file))!;
        string[] steps = path.Split('.');
        JsonNode parent = steps[..^1].Aggregate(root, (node, step) => node[step]!);
        parent[steps[^1]] = JsonNode.Parse(value);
        File.WriteAllText(file, root.ToJsonString());
    }
}
