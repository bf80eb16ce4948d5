using Plumbline.Models.Tokens;

namespace Plumbline.Models.Tests.Tokens.Pipeline;

public sealed class ModelTests
{
    // Merges by rank: "ab" first, then "bc" where it still can, then "abc".
    [Theory]
    [InlineData("abc", new[] { 5 })]
    [InlineData("bcab", new[] { 4, 3 })]
    [InlineData("aab", new[] { 0, 3 })]
    [InlineData("bbc", new[] { 1, 4 })]
    public void Bpe_Word_IsMergedByRank(string word, int[] expected) =>
        Assert.Equal(expected, Parts.Encode("""{"type": "BPE", "vocab": {"a": 0, "b": 1, "c": 2, "ab": 3, "bc": 4, "abc": 5}, "merges": ["a b", ["b", "c"], "ab c"]}""", word));

    // Of equal ranks the leftmost: aaa is aa+a, and aaaaa aa+aa+a.
    [Theory, InlineData("aaa", new[] { 1, 0 }), InlineData("aaaaa", new[] { 1, 1, 0 })]
    public void Bpe_OverlappingPairs_AreMergedFromTheLeft(string word, int[] expected) =>
        Assert.Equal(expected, Parts.Encode("""{"type": "BPE", "vocab": {"a": 0, "aa": 1}, "merges": ["a a"]}""", word));

    [Theory]
    [InlineData("false", "false", "a中", new[] { 0, 9 })]
    [InlineData("false", "false", "a中中b", new[] { 0, 9, 9, 1 })]
    [InlineData("false", "true", "a中中b", new[] { 0, 9, 1 })]
    [InlineData("true", "true", "中b", new[] { 2, 3, 4, 1 })]
    [InlineData("true", "true", "é", new[] { 9 })] // C3 has no token, so none of the bytes is used
    public void Bpe_CharacterNotInTheVocabulary_IsSpelledInBytesOrUnknown(string byteFallback, string fuse, string word, int[] expected) =>
        Assert.Equal(expected, Parts.Encode($$"""
            {"type": "BPE", "byte_fallback": {{byteFallback}}, "fuse_unk": {{fuse}}, "unk_token": "<unk>", "merges": [],
             "vocab": {"a": 0, "b": 1, "<0xE4>": 2, "<0xB8>": 3, "<0xAD>": 4, "<0xA9>": 5, "<unk>": 9} }
            """, word));

    [Fact]
    public void Bpe_WordInTheVocabulary_IsTakenWholeWhereMergesAreIgnored()
    {
        const string Model = """{"type": "BPE", "ignore_merges": true, "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": []}""";
        Assert.Equal([2], Parts.Encode(Model, "ab"));
        Assert.Equal([0, 1], Parts.Encode(Model.Replace("true", "false"), "ab"));
    }

    [Fact]
    public void Bpe_Suffix_MarksTheEndOfAWord() =>
        Assert.Equal([0, 3], Parts.Encode("""{"type": "BPE", "end_of_word_suffix": "</w>", "vocab": {"a": 0, "b</w>": 1, "a</w>": 2, "ab</w>": 3}, "merges": ["a b</w>"]}""", "aab"));

    [Fact]
    public void Bpe_Prefix_MarksWhatContinuesAWord() =>
        Assert.Equal([2, 1], Parts.Encode("""{"type": "BPE", "continuing_subword_prefix": "##", "vocab": {"a": 0, "##b": 1, "ab": 2}, "merges": ["a ##b"]}""", "abb"));

    // ab -1 + c -1 is better than a -0.5 + bc -2; x is unknown at -5 - 10.
    [Theory]
    [InlineData("abc", new[] { 3, 2 })]
    [InlineData("axc", new[] { 0, 5, 2 })]
    [InlineData("axxc", new[] { 0, 5, 2 })] // unknowns in a row are one
    [InlineData("𝒜", new[] { 5 })]
    public void Unigram_Word_IsCutForTheHighestScore(string word, int[] expected) =>
        Assert.Equal(expected, Parts.Encode("""{"type": "Unigram", "unk_id": 5, "vocab": [["a", -0.5], ["b", -3], ["c", -1], ["ab", -1], ["bc", -2], ["<unk>", -5]]}""", word));

    // xy costs 12; x unknown costs 12 + 10, the lowest score and the penalty, and y 1 more.
    [Fact]
    public void Unigram_Unknown_CostsMoreThanAnyToken() =>
        Assert.Equal([1], Parts.Encode("""{"type": "Unigram", "unk_id": 2, "vocab": [["y", -1], ["xy", -12], ["<unk>", 0]]}""", "xy"));

    [Fact]
    public void Unigram_ByteFallback_SpellsWhatIsUnknown() =>
        Assert.Equal([1, 2, 2, 0], Parts.Encode("""{"type": "Unigram", "unk_id": 3, "byte_fallback": true, "vocab": [["a", -1], ["<0x62>", 0], ["<0x63>", 0], ["<unk>", 0]]}""", "bcca"));

    [Fact]
    public void Unigram_UnknownWithoutAnId_IsAnError() =>
        Assert.Contains("unk_id", Assert.Throws<TokenizerException>(() => Parts.Encode("""{"type": "Unigram", "vocab": [["a", -1]]}""", "ab")).Message);

    [Theory]
    [InlineData("unaffable", new[] { 1, 2, 3 })] // the longest first: un, ##aff, ##able
    [InlineData("unx", new[] { 0 })] // no way to go on: the whole is unknown
    [InlineData("un", new[] { 1 })]
    [InlineData("unableunabl", new[] { 0 })] // 11 characters, at the limit, but nothing fits at the end
    [InlineData("unaffaffaff", new[] { 1, 2, 2, 2 })] // 11 that fit
    [InlineData("unableunable", new[] { 0 })] // 12 characters that would fit, above the limit
    public void WordPiece_Word_IsCutFromTheLeft(string word, int[] expected) => Assert.Equal(expected, Parts.Encode(
        """{"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 11, "vocab": {"[UNK]": 0, "un": 1, "##aff": 2, "##able": 3, "##a": 4, "##un": 5}}""", word));

    [Fact]
    public void WordLevel_Word_IsATokenOrUnknown()
    {
        const string Model = """{"type": "WordLevel", "unk_token": "<unk>", "vocab": {"<unk>": 0, "a": 1}}""";
        Assert.Equal([1], Parts.Encode(Model, "a"));
        Assert.Equal([0], Parts.Encode(Model, "b"));
        Assert.Contains("'b'", Assert.Throws<TokenizerException>(() => Parts.Encode(Model.Replace("\"unk_token\": \"<unk>\",", ""), "b")).Message);
    }

    [Theory]
    [InlineData("""{"vocab": {"a": 0}, "merges": []}""", "a", 0)]
    [InlineData("""{"vocab": [["b", 0], ["a", 0]], "unk_id": 0}""", "a", 1)]
    [InlineData("""{"vocab": {"[UNK]": 0, "##a": 1}, "continuing_subword_prefix": "##"}""", "a", 0)]
    [InlineData("""{"vocab": {"a": 3}}""", "a", 3)]
    public void Model_WithoutAType_IsGuessedFromItsMembers(string json, string word, int id) => Assert.Equal([id], Parts.Encode(json, word));

    // A long word takes the same path as a short one, in time that does not grow with its square.
    [Fact]
    public void Bpe_LongWord_IsMergedInHalves()
    {
        int[] ids = Parts.Encode("""{"type": "BPE", "vocab": {"a": 0, "aa": 1, "aaaa": 2}, "merges": ["a a", "aa aa"]}""", new string('a', 100_001));
        Assert.Equal((25_001, 0), (ids.Length, ids[^1]));
        Assert.All(ids[..^1], id => Assert.Equal(2, id));
    }
}
