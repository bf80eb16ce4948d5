using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Plumbline.Models.Tokens.Pipeline.Normalizers;

/// <summary>SentencePiece's compiled replacements (precompiled_charsmap): a double-array trie over UTF-8, and the texts that its leaves point to.</summary>
/// <remarks>
/// A grapheme of fewer than 6 bytes is looked up whole, else character by character; of several entries that begin it the shortest counts, even when it
/// covers less than the whole, as in the reference. Source: normalizer.cc of google/sentencepiece and darts.h of s-yata/darts-clone; spm_precompiled of huggingface.
/// </remarks>
internal sealed class PrecompiledNormalizer : INormalizer
{
    private const int LongestGrapheme = 5;

    private readonly uint[] _trie;
    private readonly byte[] _texts;

    /// <param name="map">The map: the trie's size in bytes, the trie, texts that each end with a zero byte; little-endian.</param>
    /// <exception cref="ArgumentException">The map is cut short.</exception>
    internal PrecompiledNormalizer(ReadOnlySpan<byte> map)
    {
        uint size = map.Length >= sizeof(uint) ? BinaryPrimitives.ReadUInt32LittleEndian(map) : uint.MaxValue;
        if (size > map.Length - sizeof(uint) || size % sizeof(uint) != 0)
            throw new ArgumentException("the map is cut short");
        _trie = new uint[size / sizeof(uint)];
        for (int i = 0; i < _trie.Length; i++)
            _trie[i] = BinaryPrimitives.ReadUInt32LittleEndian(map[(sizeof(uint) * (i + 1))..]);
        _texts = map[(sizeof(uint) + (int)size)..].ToArray();
    }

    /// <inheritdoc/>
    public string Apply(string text)
    {
        var result = new StringBuilder(text.Length);
        Span<char> units = stackalloc char[2];
        for (int at = 0; at < text.Length;)
        {
            ReadOnlySpan<char> grapheme = text.AsSpan(at, StringInfo.GetNextTextElementLength(text, at));
            at += grapheme.Length;
            if (Encoding.UTF8.GetByteCount(grapheme) <= LongestGrapheme && Find(grapheme) is { } whole)
            {
                result.Append(whole);
                continue;
            }
            foreach (Rune rune in grapheme.EnumerateRunes())
            {
                ReadOnlySpan<char> character = units[..rune.EncodeToUtf16(units)];
                if (Find(character) is { } replacement)
                    result.Append(replacement);
                else
                    result.Append(character);
            }
        }
        return result.ToString();
    }

    // A unit of the trie holds the label of the edge that leads to it, whether a text ends there, and the offset to its children; a leaf holds a value.
    private string? Find(ReadOnlySpan<char> characters)
    {
        Span<byte> bytes = stackalloc byte[LongestGrapheme];
        bytes = bytes[..Encoding.UTF8.GetBytes(characters, bytes)];
        uint node = Offset(Unit(0));
        foreach (byte label in bytes)
        {
            node ^= label;
            uint unit = Unit(node);
            if ((unit & 0x800000FF) != label)
                return null;
            node ^= Offset(unit);
            if ((unit & 0x100) != 0)
                return TextAt(Unit(node) & 0x7FFFFFFF);
        }
        return null;
    }

    private uint Unit(uint node) => node < _trie.Length ? _trie[node] : 0;

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & 0x200) >> 6);

    private string TextAt(uint start)
    {
        ReadOnlySpan<byte> rest = start < _texts.Length ? _texts.AsSpan((int)start) : [];
        int end = rest.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
    }
}
