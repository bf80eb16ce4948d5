namespace Plumbline.Models.Tokens.Pipeline.Decoders;

/// <summary>Takes away the spaces that a word-by-word tokenizer leaves before English punctuation and contractions.</summary>
internal static class EnglishSpacing
{
    private static readonly (string Spaced, string Closed)[] Pairs =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    /// <summary>The text closed up.</summary>
    internal static string CloseUp(string text) => Pairs.Aggregate(text, (closed, pair) => closed.Replace(pair.Spaced, pair.Closed, StringComparison.Ordinal));
}
