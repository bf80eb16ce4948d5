namespace Plumbline.Models.Tests.Tokens.Pipeline;

/// <summary>What each decoder passes on after each token, and at the end.</summary>
public sealed class DecoderTests
{
    [Theory]
    [InlineData("""{"type": "ByteLevel"}""", "Ã|©Ġ|a", "|é |a|")] // C3 waits for A9
    [InlineData("""{"type": "ByteLevel"}""", "Ã|a|Ã", "|\uFFFDa||\uFFFD")]
    [InlineData("""{"type": "ByteLevel"}""", "中", "中|")] // none of the alphabet's: as it stands
    [InlineData("""{"type": "ByteFallback"}""", "<0xE4>|<0xB8>|<0xAD>|a", "|||中a|")]
    [InlineData("""{"type": "ByteFallback"}""", "<0xE4>|<0xB8>|a", "||\uFFFD\uFFFDa|")] // a U+FFFD for each byte
    [InlineData("""{"type": "ByteFallback"}""", "<0xZZ>|<0x41>", "<0xZZ>||A")]
    [InlineData("""{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always"}""", "▁a|▁b|c▁", "a| b|c |")]
    [InlineData("""{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "never"}""", "▁a|▁b", " a| b|")]
    [InlineData("""{"type": "Metaspace", "replacement": "▁", "add_prefix_space": false}""", "▁a", " a|")]
    [InlineData("""{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}""", "▁a▁|b", " a |b|")]
    [InlineData("""{"type": "Strip", "content": "_", "start": 1, "stop": 2}""", "__a___|_b", "_a_|b|")]
    [InlineData("""{"type": "WordPiece", "prefix": "##", "cleanup": false}""", "un|##able|to|.", "un|able| to| .|")]
    [InlineData("""{"type": "WordPiece", "prefix": "##", "cleanup": true}""", "un|##able|to|.|##'s", "un|able| to|.|'s|")]
    [InlineData("""{"type": "BPEDecoder", "suffix": "</w>"}""", "a|b</w>|c</w>", "|a|b |c")]
    [InlineData("""{"type": "Fuse"}""", "a|b", "||ab")]
    public void Stream_Tokens_PassesOnWhatIsSettled(string json, string tokens, string expected) =>
        Assert.Equal(expected.Split('|'), Parts.Stream(json, tokens.Split('|')));

    [Fact]
    public void Stream_Ctc_TakesRepeatedTokensOnceAndPaddingNever() =>
        Assert.Equal(["h", "", "", "h", " ", "o", ""], Parts.Stream("""{"type": "CTC"}""", ["h", "h", "<pad>", "h", "|", "o"]));

    private const string Llama = """
        {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"},
         {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}
        """;

    // Fuse needs not wait for the end when only the beginning of the text is stripped.
    [Fact]
    public void Stream_FuseThenStripOfTheBeginning_StripsTheTextOnceAndStreams()
    {
        Assert.Equal(["a", " b", "", "A c", ""], Parts.Stream(Llama, ["▁a", "▁b", "<0x41>", "▁c"]));
        Assert.Equal(["", " a", ""], Parts.Stream(Llama, ["▁", "▁a"]));
        Assert.Equal(["a", " b", ""], Parts.Stream(Llama, ["a", "▁b"]));
        Assert.Equal([" a", " b", ""], Parts.Stream(Llama, ["▁a", "▁b"], startOfText: false));
    }

    [Fact]
    public void Stream_FuseThenStripOfTheEnd_WaitsForTheEnd() =>
        Assert.Equal(["", "", "a b"], Parts.Stream("""{"type": "Sequence", "decoders": [{"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 1}]}""", [" a", " b "]));

    [Fact]
    public void Stream_FuseAtTheEnd_Streams() =>
        Assert.Equal(["a", "b", ""], Parts.Stream("""{"type": "Sequence", "decoders": [{"type": "Fuse"}]}""", ["a", "b"]));

    [Fact]
    public void Stream_ContinuedText_TreatsNoTokenAsTheFirst()
    {
        Assert.Equal([" a", ""], Parts.Stream("""{"type": "WordPiece"}""", ["a"], startOfText: false));
        Assert.Equal([" a", ""], Parts.Stream("""{"type": "Metaspace", "replacement": "▁"}""", ["▁a"], startOfText: false));
    }
}
