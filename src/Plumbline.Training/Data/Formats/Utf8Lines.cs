using System.Text.Unicode;

namespace Plumbline.Training.Data.Formats;

/// <summary>The lines of a stream as bytes, each with the place where it begins.</summary>
internal static class Utf8Lines
{
    private const int FirstBuffer = 1 << 16;

    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads lines as they are asked for; a line's bytes are valid until the next is asked for.</summary>
    /// <param name="stream">The bytes.</param>
    /// <returns>Each line without its end (LF or CRLF) and, the first, without a byte order mark; its number from 1; its offset in the stream.</returns>
    public static IEnumerable<(ReadOnlyMemory<byte> Line, long Number, long Offset)> Read(Stream stream)
    {
        byte[] buffer = new byte[FirstBuffer];
        int start = 0, searched = 0, end = 0;                       // of the line, of what holds no line feed, of what was read
        long number = 0, before = 0;                                // lines told, bytes that left the buffer
        bool more = true;
        while (true)
        {
            int feed = buffer.AsSpan(searched, end - searched).IndexOf((byte)'\n');
            if (feed < 0 && more)
            {
                searched = end;
                if (start > 0)
                {
                    buffer.AsSpan(start, end - start).CopyTo(buffer);
                    (before, searched, end, start) = (before + start, searched - start, end - start, 0);
                }
                if (end == buffer.Length)
                    Array.Resize(ref buffer, 2 * buffer.Length);
                int read = stream.Read(buffer, end, buffer.Length - end);
                end += read;
                more = read > 0;
                continue;
            }
            if (feed < 0 && start == end)
                yield break;
            int stop = feed < 0 ? end : searched + feed;
            int mark = before + start == 0 && buffer.AsSpan(0, stop).StartsWith(Mark) ? Mark.Length : 0;
            int length = stop - start - mark - (stop > start + mark && buffer[stop - 1] == '\r' ? 1 : 0);
            yield return (buffer.AsMemory(start + mark, length), ++number, before + start + mark);
            start = searched = feed < 0 ? end : stop + 1;
        }
    }

    /// <summary>Whether a line holds nothing but blanks.</summary>
    public static bool IsBlank(ReadOnlySpan<byte> line) => line.IndexOfAnyExcept(" \t\r"u8) < 0;

    /// <summary>Whether the bytes are UTF-8.</summary>
    public static bool IsValid(ReadOnlySpan<byte> line) => Utf8.IsValid(line);
}
