namespace Plumbline.Models.Tokens;

/// <summary>GPT-2's one-to-one alphabet of 256 printable characters that stand for the 256 bytes in vocab.json and merges.txt.</summary>
/// <remarks>Source: Radford et al. 2019, encoder.py, bytes_to_unicode: printable Latin-1 stands for itself, the rest for U+0100 onwards.</remarks>
internal static class ByteAlphabet
{
    private static readonly char[] Characters = Build();
    private static readonly Dictionary<char, byte> Bytes = Characters.Select((c, b) => (c, b)).ToDictionary(x => x.c, x => (byte)x.b);

    /// <summary>The bytes in the order of their characters, which is the order of ids 0 to 255 in GPT-2's and Qwen2's vocabularies.</summary>
    internal static IReadOnlyList<byte> InOrder { get; } = [.. Enumerable.Range(0, 256).OrderBy(b => Characters[b]).Select(b => (byte)b)];

    /// <summary>The character that stands for a byte.</summary>
    internal static char Character(byte value) => Characters[value];

    /// <summary>The bytes that a token's characters stand for; null when a character is none of the alphabet's.</summary>
    internal static byte[]? Decode(string token)
    {
        var bytes = new byte[token.Length];
        for (int i = 0; i < bytes.Length; i++)
            if (!Bytes.TryGetValue(token[i], out bytes[i]))
                return null;
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
