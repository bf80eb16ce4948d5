using System.Security.Cryptography;
using System.Text;

namespace Plumbline.FakeHub;

/// <summary>One file of a repository: in memory, or on the disk. Contents are hashed when first asked for.</summary>
public sealed class FakeFile
{
    private const long LargeFrom = 10_000_000;
    private readonly Func<Stream> _open;
    private readonly Lazy<string> _sha256, _blobId;

    private FakeFile(string path, long size, Func<Stream> open)
    {
        (Path, Size, _open) = (path, size, open);
        IsLarge = IsLargeFile(path, size);
        _sha256 = new(() => Hashed(HashAlgorithmName.SHA256, ""));
        _blobId = new(() => Hashed(HashAlgorithmName.SHA1, $"blob {Size}\0"));
    }

    public string Path { get; }

    public long Size { get; }

    /// <summary>Whether large-file storage holds it.</summary>
    public bool IsLarge { get; }

    public string Sha256 => _sha256.Value;

    public string BlobId => _blobId.Value;

    /// <summary>What names its contents: SHA-256 in large-file storage, git's hash elsewhere.</summary>
    public string Hash => IsLarge ? Sha256 : BlobId;

    public static FakeFile Of(string path, byte[] bytes) => new(path, bytes.Length, () => new MemoryStream(bytes));

    public static FakeFile OnDisk(string path, string place) => new(path, new FileInfo(place).Length, () => File.OpenRead(place));

    /// <summary>The hub's rule, here: weights and whatever is of 10 MB or more.</summary>
    public static bool IsLargeFile(string path, long size) => size >= LargeFrom || System.IO.Path.GetExtension(path) is ".safetensors" or ".bin" or ".gguf" or ".model";

    public Stream Open() => _open();

    private string Hashed(HashAlgorithmName name, string head)
    {
        using var hash = IncrementalHash.CreateHash(name);
        hash.AppendData(Encoding.ASCII.GetBytes(head));
        using Stream stream = Open();
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = stream.Read(buffer)) > 0;)
            hash.AppendData(buffer.AsSpan(0, read));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
