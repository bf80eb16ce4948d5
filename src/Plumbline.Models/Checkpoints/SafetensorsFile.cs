using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using TorchSharp;

namespace Plumbline.Models.Checkpoints;

/// <summary>A safetensors file: its header is checked whole when it is opened, its tensors are read, or mapped into memory, one by one.</summary>
/// <remarks>
/// Reading is safe from several threads. The file must not shrink while it is open; files replaced by renaming, as
/// <see cref="SafetensorsWriter"/> does, are safe. Format: https://huggingface.co/docs/safetensors.
/// </remarks>
public sealed class SafetensorsFile : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly Dictionary<string, SafetensorsEntry> _entries;
    private readonly Dictionary<torch.ScalarType, Tensor> _maps = [];

    private SafetensorsFile(string path, SafeFileHandle file, Dictionary<string, SafetensorsEntry> entries, Dictionary<string, string> metadata)
    {
        Path = path;
        _file = file;
        _entries = entries;
        Metadata = metadata;
    }

    /// <summary>The file, as it was named to <see cref="Open"/>.</summary>
    public string Path { get; }

    /// <summary>Every tensor of the file by its name.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries => _entries;

    /// <summary>The header's free text, such as <c>format: pt</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and checks its header: no tensor's data is read yet.</summary>
    /// <exception cref="CheckpointException">The file is absent, unreadable, truncated, or its header does not tell the truth about it.</exception>
    public static SafetensorsFile Open(string path)
    {
        SafeFileHandle? file = null;
        try
        {
            file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            long fileBytes = RandomAccess.GetLength(file);
            var (entries, metadata) = SafetensorsHeader.Parse(path, ReadHeader(path, file, fileBytes), fileBytes);
            return new SafetensorsFile(path, file, entries, metadata);
        }
        catch (Exception fault)
        {
            file?.Dispose();
            if (fault is FileNotFoundException or DirectoryNotFoundException)
                throw new CheckpointException($"{path}: there is no such file.", fault);
            if (fault is IOException or UnauthorizedAccessException)
                throw new CheckpointException($"{path}: cannot be read: {fault.Message}", fault);
            throw;
        }
    }

    /// <summary>Copies one tensor out of the file.</summary>
    /// <param name="name">Its name, one of <see cref="Entries"/>.</param>
    /// <param name="dtype">The type to convert it to; null keeps the stored one.</param>
    /// <returns>A tensor on the CPU, of the stored shape, owned by the caller.</returns>
    /// <exception cref="CheckpointException">The file holds no tensor of that name.</exception>
    public Tensor Read(string name, torch.ScalarType? dtype = null)
    {
        ObjectDisposedException.ThrowIf(_file.IsClosed, this);
        if (!_entries.TryGetValue(name, out SafetensorsEntry? entry))
            throw new CheckpointException($"{Path}: there is no tensor '{name}' among its {_entries.Count}{Sample()}.");
        using var scope = torch.NewDisposeScope();
        // A stored byte other than 0 and 1 is no valid bool in memory; the comparison makes it one.
        bool isBool = entry.Type == torch.ScalarType.Bool;
        Tensor tensor = torch.empty([.. entry.Shape], dtype: isBool ? torch.ScalarType.Byte : entry.Type);
        Copy(entry, tensor);
        if (isBool)
            tensor = tensor.ne(0);
        if (dtype is { } wanted && wanted != tensor.dtype)
            tensor = tensor.to_type(wanted);
        return tensor.MoveToOuterDisposeScope();
    }

    /// <summary>Copies one tensor out of the file into another.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="target">Contiguous, on the CPU, of its type and size.</param>
    internal void ReadInto(string name, Tensor target)
    {
        ObjectDisposedException.ThrowIf(_file.IsClosed, this);
        Copy(_entries[name], target);
    }

    /// <summary>One tensor in the file's own memory: only what is read of it takes room, and no more than once.</summary>
    /// <remarks>The memory stays mapped as long as any such tensor lives. A tensor that the file does not align, and a bool, is copied.</remarks>
    /// <param name="name">Its name, one of <see cref="Entries"/>.</param>
    /// <returns>A tensor on the CPU, of the stored type and shape, owned by the caller; writing to it does not reach the file.</returns>
    /// <exception cref="CheckpointException">The file holds no tensor of that name.</exception>
    public Tensor Map(string name)
    {
        int size = _entries.TryGetValue(name, out SafetensorsEntry? entry) ? SafetensorsTypes.SizeOf(entry.Type) : 0;
        if (entry is null || entry.Type == torch.ScalarType.Bool || entry.ByteCount == 0 || entry.Begin % size != 0)
            return Read(name);
        lock (_maps)
        {
            if (!_maps.TryGetValue(entry.Type, out Tensor? whole))
                _maps[entry.Type] = whole = torch.from_file(Path, shared: false, RandomAccess.GetLength(_file) / size, entry.Type).DetachFromDisposeScope();
            using Tensor run = whole.narrow(0, entry.Begin / size, entry.ByteCount / size);
            return run.view([.. entry.Shape]);
        }
    }

    /// <summary>Closes the file. Tensors read from it stay valid.</summary>
    public void Dispose()
    {
        foreach (Tensor map in _maps.Values)
            map.Dispose();
        _maps.Clear();
        _file.Dispose();
    }

    private static byte[] ReadHeader(string path, SafeFileHandle file, long fileBytes)
    {
        if (fileBytes < SafetensorsHeader.PrefixBytes)
            throw new CheckpointException($"{path}: the file has {fileBytes} bytes, but a safetensors file has at least {SafetensorsHeader.PrefixBytes}. Download or copy it again.");
        Span<byte> prefix = stackalloc byte[SafetensorsHeader.PrefixBytes];
        RequireRead(path, file, prefix, 0);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > (ulong)(fileBytes - SafetensorsHeader.PrefixBytes))
            throw new CheckpointException($"{path}: its first 8 bytes promise a header of {length:N0} bytes, but only {fileBytes - SafetensorsHeader.PrefixBytes:N0} follow. The file is truncated or no safetensors file.");
        if (length > SafetensorsHeader.MaxBytes)
            throw new CheckpointException($"{path}: its header is {length:N0} bytes long, but the format allows {SafetensorsHeader.MaxBytes:N0}. It is no safetensors file.");
        var header = new byte[length];
        RequireRead(path, file, header, SafetensorsHeader.PrefixBytes);
        return header;
    }

    private static void RequireRead(string path, SafeFileHandle file, Span<byte> target, long offset)
    {
        while (target.Length > 0)
        {
            int count = RandomAccess.Read(file, target, offset);
            if (count == 0)
                throw new CheckpointException($"{path}: the file became shorter while it was read.");
            target = target[count..];
            offset += count;
        }
    }

    // Read, not mapped: pages of a map would count as this process's memory beside the copy.
    private void Copy(SafetensorsEntry entry, Tensor target) => TensorBytes.ForEachChunk(target, (bytes, offset) => RequireRead(Path, _file, bytes, entry.Begin + offset));

    private string Sample() => _entries.Count == 0 ? "" : $" (it holds {string.Join(", ", _entries.Keys.Order(StringComparer.Ordinal).Take(3))}{(_entries.Count > 3 ? ", ..." : "")})";
}
