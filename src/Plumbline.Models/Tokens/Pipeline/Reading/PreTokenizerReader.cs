using System.Text;
using Plumbline.Models.Tokens.Pipeline.Patterns;
using Plumbline.Models.Tokens.Pipeline.PreTokenizers;

namespace Plumbline.Models.Tokens.Pipeline.Reading;

/// <summary>The pre-tokenizer of a tokenizer.json, taken apart into its steps.</summary>
internal static class PreTokenizerReader
{
    private const string Supported = "ByteLevel, Metaspace, Split, Whitespace, WhitespaceSplit, Punctuation, Digits, BertPreTokenizer, CharDelimiterSplit, " +
        "UnicodeScripts, FixedLength and Sequence of them";

    private static readonly Split Words = new(new WordRuns(), SplitBehavior.Removed, invert: true);
    private static readonly Split NotSpaces = new(CharacterPattern.WhiteSpace, SplitBehavior.Removed);

    /// <summary>The steps that a part describes, in order.</summary>
    internal static IEnumerable<IPreTokenizer> Read(TokenizerPart part) => part.Type switch
    {
        "Sequence" => part.Items("pretokenizers").SelectMany(Read),
        "ByteLevel" => ByteLevel(part.Flag("add_prefix_space", true), part.Flag("use_regex", true)),
        "Metaspace" => [Metaspace(part)],
        "Split" => [new Split(part.Pattern(), part.Choice("behavior", SplitBehavior.Isolated), part.Flag("invert", false))],
        "Whitespace" => [Words],
        "WhitespaceSplit" => [NotSpaces],
        "BertPreTokenizer" => [NotSpaces, new Split(CharacterPattern.Punctuation, SplitBehavior.Isolated)],
        "Punctuation" => [new Split(CharacterPattern.Punctuation, part.Choice("behavior", SplitBehavior.Isolated))],
        "Digits" => [new Split(CharacterPattern.Number, part.Flag("individual_digits", false) ? SplitBehavior.Isolated : SplitBehavior.Contiguous)],
        "CharDelimiterSplit" => [new Split(new TextPattern(OneCharacter(part, "delimiter")), SplitBehavior.Removed)],
        "UnicodeScripts" => [new ScriptSplit()],
        "FixedLength" => [new FixedLength(part.Number("length", 5) is var length and > 0 ? length : throw part.Wrong("length", "1 or more"))],
        _ => throw part.Unsupported(Supported),
    };

    /// <summary>The steps of ByteLevel.</summary>
    internal static IEnumerable<IPreTokenizer> ByteLevel(bool addPrefixSpace, bool useRegex)
    {
        if (addPrefixSpace)
            yield return new PrefixSpace();
        if (useRegex)
            yield return new Split(new RegexPattern(WordPatterns.Gpt2), SplitBehavior.Isolated);
        yield return new ByteSpelling();
    }

    /// <summary>Which pieces get Metaspace's leading character. Older files say add_prefix_space, newer ones prepend_scheme.</summary>
    internal static PrependScheme Scheme(TokenizerPart part) =>
        part.Choice("prepend_scheme", part.Flag("add_prefix_space", true) ? PrependScheme.Always : PrependScheme.Never);

    private static Metaspace Metaspace(TokenizerPart part) => new(OneCharacter(part, "replacement"), Scheme(part), part.Flag("split", true));

    private static string OneCharacter(TokenizerPart part, string name) =>
        part.Text(name) is { Length: > 0 } text && Rune.GetRuneAt(text, 0).Utf16SequenceLength == text.Length ? text : throw part.Wrong(name, "one character");
}
