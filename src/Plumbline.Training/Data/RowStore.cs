using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Plumbline.Training.Data;

/// <summary>Rows on disk, found by their number: those of plain JSONL stay in their file, those of other formats go into a temporary copy of their JSON.</summary>
/// <remarks>
/// Memory holds 24 bytes a row. First all rows are added, then they are read, from any thread. The copy lies in the folder for temporary files
/// and goes when the store is disposed, at the latest with the process.
/// </remarks>
internal sealed class RowStore : IDisposable
{
    private const int BufferSize = 1 << 16;

    private readonly List<Entry> _entries = [];
    private readonly List<Origin> _origins = [];
    private FileStream? _copy;

    /// <summary>Rows added.</summary>
    public int Count => _entries.Count;

    /// <summary>A row, as it was added.</summary>
    /// <exception cref="DataException">Its file was changed meanwhile, or cannot be read any more.</exception>
    public DataRow this[int index]
    {
        get
        {
            Entry entry = _entries[index];
            Origin origin = _origins[entry.Origin];
            try
            {
                byte[] json = new byte[entry.Length];
                for (int read = 0; read < json.Length;)
                    read += RandomAccess.Read(origin.File, json.AsSpan(read), entry.Offset + read) is > 0 and var some ? some : throw new EndOfStreamException("it has become shorter.");
                return origin.Form with { Position = entry.Position, Value = JsonElement.Parse(json) };
            }
            catch (Exception fault) when (fault is IOException or JsonException)
            {
                throw new DataException(origin.Form.Path, entry.Position, $"the row cannot be read again: {fault.Message} Leave the file as it is while a run reads it (data.streaming).", fault, origin.Form.Unit);
            }
        }
    }

    /// <summary>Takes a row's place, or a copy of it.</summary>
    public void Add(DataRow row)
    {
        if (_origins.Count == 0 || _origins[^1].Form.Path != row.Path)
            _origins.Add(new Origin(row with { Value = default, Bytes = null }, row.Bytes is null ? Copy().SafeFileHandle : File.OpenHandle(row.Path)));
        ByteRange place = row.Bytes ?? Write(row.Value);
        _entries.Add(new Entry(place.Offset, place.Length, _origins.Count - 1, (int)row.Position));
    }

    /// <summary>Ends the adding.</summary>
    public void Seal() => _copy?.Flush();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Origin origin in _origins)
            origin.File.Dispose();
        _copy?.Dispose();
    }

    private ByteRange Write(JsonElement value)
    {
        ReadOnlySpan<byte> json = JsonMarshal.GetRawUtf8Value(value);
        long offset = Copy().Position;
        Copy().Write(json);
        return new ByteRange(offset, json.Length);
    }

    private FileStream Copy()
    {
        if (_copy is null)
        {
            string path = Path.Combine(Path.GetTempPath(), $"plumbline-rows-{Guid.NewGuid():N}.jsonl");
            _copy = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, BufferSize, FileOptions.DeleteOnClose);
            if (!OperatingSystem.IsWindows())
                File.Delete(path);                                  // the open file stays, and goes even when the process is killed
        }
        return _copy;
    }

    private readonly record struct Entry(long Offset, int Length, int Origin, int Position);

    private sealed record Origin(DataRow Form, SafeFileHandle File);
}
