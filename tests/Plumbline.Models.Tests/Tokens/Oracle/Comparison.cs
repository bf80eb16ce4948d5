using Plumbline.Models.Tokens;

namespace Plumbline.Models.Tests.Tokens.Oracle;

/// <summary>Our tokenizer against the reference, text by text.</summary>
internal static class Comparison
{
    internal static void Same(Tokenizer tokenizer, string[] texts, OracleAnswer answer)
    {
        Assert.Null(answer.Error);
        for (int i = 0; i < texts.Length; i++)
        {
            int[] ids = tokenizer.Encode(texts[i]);
            Assert.True(answer.Ids![i].SequenceEqual(ids), $"\"{Visible(texts[i])}\"\nreference {string.Join(' ', answer.Ids[i])}\nours      {string.Join(' ', ids)}");
            Assert.Equal(answer.Plain![i], tokenizer.Encode(texts[i], addSpecialTokens: false));
            Assert.Equal(answer.Texts![i], tokenizer.Decode(ids, skipSpecialTokens: false));
            IncrementalDecoder decoder = tokenizer.CreateDecoder(skipSpecialTokens: false);
            Assert.Equal(answer.Texts[i], string.Concat(ids.Select(decoder.Add)) + decoder.Flush());
        }
    }

    private static string Visible(string text) => string.Concat(text.Select(c => c is >= ' ' and <= '~' ? c.ToString() : $"\\u{(int)c:X4}"));
}
