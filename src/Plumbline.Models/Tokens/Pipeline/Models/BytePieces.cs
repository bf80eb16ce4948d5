using System.Globalization;
using System.Text;

namespace Plumbline.Models.Tokens.Pipeline.Models;

/// <summary>The tokens that stand for single bytes, &lt;0x00&gt; to &lt;0xFF&gt;, in which a character is spelled that is no token itself.</summary>
internal sealed class BytePieces
{
    private readonly int[] _ids = new int[256];

    /// <param name="vocabulary">Token to id; it may lack some of them.</param>
    internal BytePieces(IReadOnlyDictionary<string, int> vocabulary)
    {
        for (int value = 0; value < _ids.Length; value++)
            _ids[value] = vocabulary.TryGetValue($"<0x{value:X2}>", out int id) ? id : -1;
    }

    /// <summary>The byte that a token stands for; null when it stands for none.</summary>
    internal static byte? Value(string token) =>
        token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[5] == '>'
        && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value) ? value : null;

    /// <summary>Appends the bytes of a text.</summary>
    /// <returns>False, with nothing appended, when one of the bytes has no token.</returns>
    internal bool TryAppend(ReadOnlySpan<char> text, List<int> ids)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        foreach (byte value in bytes)
            if (_ids[value] < 0)
                return false;
        foreach (byte value in bytes)
            ids.Add(_ids[value]);
        return true;
    }
}
