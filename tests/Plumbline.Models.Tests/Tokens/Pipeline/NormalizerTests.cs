namespace Plumbline.Models.Tests.Tokens.Pipeline;

public sealed class NormalizerTests
{
    [Theory]
    [InlineData("""{"type": "NFC"}""", "e\u0301ﬁ", "éﬁ")]
    [InlineData("""{"type": "NFD"}""", "é", "e\u0301")]
    [InlineData("""{"type": "NFKC"}""", "e\u0301ﬁ", "éfi")]
    [InlineData("""{"type": "NFKD"}""", "éﬁ", "e\u0301fi")]
    [InlineData("""{"type": "Lowercase"}""", "ÀΣΑΣİ𐐀ẞ", "àσασi\u0307𐐨ß")] // no final sigma; a capital beyond the basic plane
    [InlineData("""{"type": "Strip", "strip_left": true, "strip_right": false}""", " \u3000a b ", "a b ")]
    [InlineData("""{"type": "Strip", "strip_left": false, "strip_right": true}""", " a b \n", " a b")]
    [InlineData("""{"type": "StripAccents"}""", "e\u0301éक\u0903", "eéक")] // what is not decomposed keeps its accent; marks of every kind go
    [InlineData("""{"type": "Sequence", "normalizers": [{"type": "NFD"}, {"type": "StripAccents"}]}""", "é한", "e\u1112\u1161\u11AB")]
    [InlineData("""{"type": "Replace", "pattern": {"String": ". "}, "content": "$0!"}""", "a. b. c", "a$0!b$0!c")] // no pattern, no groups
    [InlineData("""{"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}""", "a   b c", "a b c")]
    [InlineData("""{"type": "Replace", "pattern": {"Regex": "\\p{So}"}, "content": "*"}""", "a🚀b", "a*b")] // one character, not two units
    [InlineData("""{"type": "Prepend", "prepend": "▁"}""", "a", "▁a")]
    [InlineData("""{"type": "Prepend", "prepend": "▁"}""", "", "")]
    [InlineData("""{"type": "Nmt"}""", "a\u0001\u007Fb\u200Bc\td\uFFFD\u00A0", "ab c d \u00A0")]
    [InlineData("""{"type": "ByteLevel"}""", "é \n", "Ã©ĠĊ")]
    [InlineData("""{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true}""", "Né\u0000\u200D\t中b", "ne  中 b")]
    [InlineData("""{"type": "BertNormalizer", "clean_text": false, "handle_chinese_chars": false, "strip_accents": null, "lowercase": false}""", "Né\t中", "Né\t中")]
    [InlineData("""{"type": "BertNormalizer", "strip_accents": false}""", "NÉ", "né")]
    [InlineData("""{"type": "BertNormalizer"}""", "\U00020000x", " \U00020000 x")]
    public void Apply_Text_IsChanged(string json, string text, string expected) => Assert.Equal(expected, Parts.Normalize(json, text));

    // A map of two entries: ﬁ to fi, and e with a combining acute to é. A grapheme is looked up whole while it is short, else by character.
    [Theory]
    [InlineData("ﬁne", "fine")]
    [InlineData("e\u0301", "é")]
    [InlineData("xe\u0301ﬁ", "xéfi")]
    [InlineData("e\u0301\u0302\u0303", "e\u0301\u0302\u0303")] // 7 bytes: too long to be looked up whole, and e alone has no entry
    [InlineData("e\u0301\u0327", "é")] // 5 bytes: the entry that begins it stands for the whole, as in the reference
    public void Apply_PrecompiledMap_ReplacesGraphemes(string text, string expected)
    {
        string map = Convert.ToBase64String(CharacterMap.Build(new() { ["ﬁ"] = "fi", ["e\u0301"] = "é" }));
        Assert.Equal(expected, Parts.Normalize($$"""{"type": "Precompiled", "precompiled_charsmap": "{{map}}"}""", text));
    }
}
