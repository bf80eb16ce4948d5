using System.IO.Compression;
using System.Text;
using ZstdSharp;

namespace Plumbline.Training.Data.Formats;

/// <summary>Opens data files, compressed or not.</summary>
internal static class DataStream
{
    private const int BufferSize = 1 << 16;

    private static readonly Dictionary<string, Func<Stream, Stream>> Decompressors = new(StringComparer.OrdinalIgnoreCase)
    {
        [".gz"] = file => new GZipStream(file, CompressionMode.Decompress),
        [".zst"] = file => new DecompressionStream(file, leaveOpen: false),
    };

    /// <summary>Whether the file's name says that it is compressed.</summary>
    public static bool IsCompressed(string path) => Decompressors.ContainsKey(Path.GetExtension(path));

    /// <summary>The file's ending without that of its compression: <c>.jsonl</c> for <c>rows.jsonl.gz</c>; in lower case.</summary>
    public static string Extension(string path) => Path.GetExtension(IsCompressed(path) ? Path.GetFileNameWithoutExtension(path) : path).ToLowerInvariant();

    /// <summary>The file's bytes, decompressed.</summary>
    /// <exception cref="DataException">It cannot be opened.</exception>
    public static Stream Open(string path)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize, FileOptions.SequentialScan);
            return Decompressors.TryGetValue(Path.GetExtension(path), out Func<Stream, Stream>? decompressor) ? decompressor(file) : file;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, fault);
        }
    }

    /// <summary>The file's text, UTF-8 with or without byte order mark.</summary>
    /// <exception cref="DataException">It cannot be opened.</exception>
    public static StreamReader OpenText(string path) => new(Open(path), new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true, BufferSize);

    /// <summary>The next line of a file; null at its end.</summary>
    /// <exception cref="DataException">It cannot be read, or is not UTF-8.</exception>
    public static string? ReadLine(StreamReader text, string path)
    {
        try
        {
            return text.ReadLine();
        }
        catch (Exception fault) when (IsReadFault(fault))
        {
            throw Unreadable(path, fault);
        }
    }

    /// <summary>Whether reading on may raise this for a reason that lies in the file.</summary>
    public static bool IsReadFault(Exception fault) => fault is IOException or UnauthorizedAccessException or InvalidDataException or ZstdException or DecoderFallbackException;

    /// <summary>The fault of a whole file, in the user's words.</summary>
    public static DataException Unreadable(string path, Exception fault) => new(path, 0, fault switch
    {
        DecoderFallbackException => "the file is not UTF-8. Save it as UTF-8.",
        InvalidDataException or ZstdException => $"the file cannot be decompressed: {fault.Message} It may be cut short; fetch or make it again.",
        _ => $"the file cannot be read: {fault.Message}",
    }, fault);
}
