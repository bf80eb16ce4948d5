using System.Security.Cryptography;
using System.Text;

namespace Plumbline.Models.Hub;

/// <summary>The two hashes by which the hub names contents, in lower-case hexadecimal.</summary>
public static class ContentHash
{
    /// <summary>SHA-256 of a stream from where it stands: the name of a file in large-file storage.</summary>
    public static string Sha256(Stream stream) => Convert.ToHexStringLower(SHA256.HashData(stream));

    /// <summary>Git's name of a blob: SHA-1 of <c>blob SIZE\0</c> and the contents. The stream is read from where it stands, which must be its begin.</summary>
    public static string GitBlob(Stream stream)
    {
#pragma warning disable CA5350 // git's own hash: an identity here, no secret
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
#pragma warning restore CA5350
        hash.AppendData(Encoding.ASCII.GetBytes($"blob {stream.Length}\0"));
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = stream.Read(buffer)) > 0;)
            hash.AppendData(buffer.AsSpan(0, read));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
