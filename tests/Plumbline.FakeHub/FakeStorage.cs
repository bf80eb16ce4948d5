using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Plumbline.FakeHub;

/// <summary>The storage host: contents by their SHA-256, at addresses that are signed and must come without a token.</summary>
internal sealed class FakeStorage(FakeHub hub)
{
    private const string Signature = "signed", SignedHeader = "x-signed", ContentType = "application/octet-stream";
    private readonly ConcurrentDictionary<string, FakeFile> _served = new();
    private readonly ConcurrentDictionary<string, byte[]> _uploaded = new();
    private readonly ConcurrentDictionary<(string Hash, int Part), byte[]> _parts = new();
    private readonly ConcurrentDictionary<string, bool> _verified = new();

    public void Map(WebApplication app)
    {
        app.MapMethods("/storage/{hash}", ["GET", "HEAD"], async (HttpContext context, string hash) =>
        {
            if (Admits(context) && _served.TryGetValue(hash, out FakeFile? file))
                await SendAsync(context, file, hub.NextFault(file.Path));
        });
        app.MapPut("/storage/{hash}", async (HttpContext context, string hash) =>
        {
            if (!Admits(context) || await FailsAsync(context))
                return;
            byte[] bytes = await BodyAsync(context);
            if (context.Request.Headers[SignedHeader] != Signature || context.Request.ContentType != ContentType || Convert.ToHexStringLower(SHA256.HashData(bytes)) != hash)
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
            else
                _uploaded[hash] = bytes;
        });
        app.MapPut("/storage/{hash}/{part:int}", async (HttpContext context, string hash, int part) =>
        {
            if (!Admits(context) || await FailsAsync(context))
                return;
            _parts[(hash, part)] = await BodyAsync(context);
            context.Response.Headers.ETag = $"\"part-{part}\"";
        });
    }

    public string AddressOf(FakeFile file)
    {
        _served[file.Sha256] = file;
        return $"{UploadAddress(file.Sha256)}";
    }

    public string UploadAddress(string hash, int? part = null) => $"{hub.StorageEndpoint}/storage/{hash}{(part is null ? "" : $"/{part}")}?signature={Signature}";

    /// <summary>The headers that an upload of a whole file must bear.</summary>
    public static IReadOnlyDictionary<string, string> UploadHeader { get; } = new Dictionary<string, string> { [SignedHeader] = Signature, ["Content-Type"] = ContentType };

    /// <summary>What was uploaded; null for nothing.</summary>
    public byte[]? Uploaded(string hash) => _uploaded.GetValueOrDefault(hash);

    /// <summary>What was uploaded and then verified, as a commit wants it.</summary>
    public byte[]? Verified(string hash) => _verified.ContainsKey(hash) ? Uploaded(hash) : null;

    /// <summary>Verifies an upload of a size; false where there is none such.</summary>
    public bool Verify(string hash, long size) => Uploaded(hash)?.Length == size && (_verified[hash] = true);

    /// <summary>Joins the parts of an upload, which must be named in their order, with the tags that were given out.</summary>
    public bool Join(string hash, IReadOnlyList<(int Part, string Tag)> parts)
    {
        if (!parts.Select(p => p.Part).SequenceEqual(Enumerable.Range(1, parts.Count)) || !parts.All(p => p.Tag.Trim('"') == $"part-{p.Part}" && _parts.ContainsKey((hash, p.Part))))
            return false;
        byte[] whole = [.. parts.SelectMany(p => _parts[(hash, p.Part)])];
        _uploaded[hash] = whole;
        return Convert.ToHexStringLower(SHA256.HashData(whole)) == hash;
    }

    /// <summary>Sends a file from where the range begins, as far as the fault lets it.</summary>
    public static async Task SendAsync(HttpContext context, FakeFile file, FakeFault? fault)
    {
        HttpResponse response = context.Response;
        if (fault is { Status: > 0 })
        {
            if (fault.RetryAfter is { } wait)
                response.Headers.RetryAfter = wait;
            response.StatusCode = fault.Status;
            return;
        }
        string range = context.Request.Headers.Range.ToString();
        long start = range.StartsWith("bytes=", StringComparison.Ordinal) && fault is not { IgnoreRange: true } ? long.Parse(range["bytes=".Length..].TrimEnd('-')) : 0;
        if (start > 0 && start >= file.Size)
        {
            response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            return;
        }
        bool isPart = start > 0;
        if (fault is { OtherRange: true })
            start = 0;
        response.StatusCode = isPart ? StatusCodes.Status206PartialContent : StatusCodes.Status200OK;
        if (isPart)
            response.Headers.ContentRange = $"bytes {start}-{file.Size - 1}/{file.Size}";
        response.ContentLength = file.Size - start;
        if (context.Request.Method == "HEAD")
            return;
        using Stream stream = file.Open();
        stream.Position = start;
        byte[] buffer = new byte[1 << 16];
        long sent = 0;
        for (int read; (read = await stream.ReadAsync(buffer)) > 0; sent += read)
        {
            if (fault is { Corrupt: true } && sent == 0)
                buffer[0] ^= 1;
            if (fault?.CutAfter is { } most && sent + read > most)
            {
                await response.Body.WriteAsync(buffer.AsMemory(0, (int)(most - sent)));
                await response.Body.FlushAsync();
                return; // fewer bytes than were announced: the connection is closed, and what was sent arrives
            }
            await response.Body.WriteAsync(buffer.AsMemory(0, read));
        }
    }

    private async Task<bool> FailsAsync(HttpContext context)
    {
        if (hub.NextFault(context.Request.Path) is not { } fault)
            return false;
        await context.Request.Body.CopyToAsync(Stream.Null);
        context.Response.StatusCode = fault.Status;
        return true;
    }

    // As at a real storage host, a token beside a signature is an error.
    private static bool Admits(HttpContext context)
    {
        bool admits = context.Request.Headers.Authorization.Count == 0 && context.Request.Query["signature"] == Signature;
        if (!admits)
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return admits;
    }

    private static async Task<byte[]> BodyAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        return body.ToArray();
    }
}
