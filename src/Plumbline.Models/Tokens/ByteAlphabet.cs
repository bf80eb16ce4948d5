using System.Text;

namespace Plumbline.Models.Tokens;

/// <summary>GPT-2's one-to-one alphabet of 256 printable characters that stand for the 256 bytes in vocab.json and merges.txt.</summary>
/// <remarks>Source: Radford et al. 2019, encoder.py, bytes_to_unicode: printable Latin-1 stands for itself, the rest for U+0100 onwards.</remarks>
internal static class ByteAlphabet
{
    private static readonly char[] Characters = Build();
    private static readonly short[] Bytes = Inverse();

    /// <summary>The bytes in the order of their characters, which is the order of ids 0 to 255 in GPT-2's and Qwen2's vocabularies.</summary>
    internal static IReadOnlyList<byte> InOrder { get; } = [.. Enumerable.Range(0, 256).OrderBy(b => Characters[b]).Select(b => (byte)b)];

    /// <summary>The character that stands for a byte.</summary>
    internal static char Character(byte value) => Characters[value];

    /// <summary>The UTF-8 of a text, a character for each byte.</summary>
    internal static string Spell(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        return string.Create(bytes.Length, bytes, (span, source) =>
        {
            for (int i = 0; i < span.Length; i++)
                span[i] = Characters[source[i]];
        });
    }

    /// <summary>Writes the bytes that a token's characters stand for.</summary>
    /// <param name="token">The token.</param>
    /// <param name="bytes">Receives a byte for each character.</param>
    /// <returns>False when a character is none of the alphabet's.</returns>
    internal static bool TryDecode(ReadOnlySpan<char> token, Span<byte> bytes)
    {
        for (int i = 0; i < token.Length; i++)
        {
            if (token[i] >= Bytes.Length || Bytes[token[i]] < 0)
                return false;
            bytes[i] = (byte)Bytes[token[i]];
        }
        return true;
    }

    private static short[] Inverse()
    {
        var bytes = new short[Characters.Max() + 1];
        Array.Fill(bytes, (short)-1);
        for (short value = 0; value < Characters.Length; value++)
            bytes[Characters[value]] = value;
        return bytes;
    }

    private static char[] Build()
    {
        var characters = new char[256];
        char next = (char)256;
        for (int b = 0; b < 256; b++)
            characters[b] = b is >= '!' and <= '~' or >= 0xA1 and <= 0xAC or >= 0xAE ? (char)b : next++;
        return characters;
    }
}
