using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Plumbline.Models.Hub;

/// <summary>Sends contents to the hub's large-file storage, whole or in parts as the storage asks.</summary>
/// <remarks>Source: the git-lfs batch API, and Hugging Face's <c>multipart</c> transfer: numbered addresses of parts, whose tags are handed in at the end.</remarks>
internal sealed class LargeFileUpload(HubClient hub, HubName name, IProgress<TransferProgress>? progress)
{
    private const int BatchSize = 100;
    private const string MediaType = "application/vnd.git-lfs+json", ChunkSize = "chunk_size";

    /// <summary>Sends what the storage does not hold yet.</summary>
    /// <param name="files">The files, by the hash of their contents.</param>
    /// <param name="cancellationToken">Gives up; contents that arrived whole are not sent again next time.</param>
    /// <exception cref="HubException">The storage refuses or fails.</exception>
    public async Task RunAsync(IReadOnlyDictionary<string, LocalFile> files, CancellationToken cancellationToken)
    {
        foreach (KeyValuePair<string, LocalFile>[] batch in files.Chunk(BatchSize))
        {
            JsonElement answer = await BatchAsync(batch, cancellationToken);
            await Parallel.ForEachAsync(answer.GetProperty("objects").EnumerateArray(), new ParallelOptions { MaxDegreeOfParallelism = hub.Settings.Workers, CancellationToken = cancellationToken },
                async (item, stop) => await SendAsync(item, files[item.GetProperty("oid").GetString()!], stop));
        }
    }

    private Task<JsonElement> BatchAsync(KeyValuePair<string, LocalFile>[] files, CancellationToken cancellationToken) =>
        hub.Http.PostAsync(new Uri($"{hub.Settings.Endpoint}/{name.WebPath}.git/info/lfs/objects/batch"), () => Json(new
        {
            operation = "upload",
            transfers = (string[])["basic", "multipart"],
            objects = files.Select(f => new { oid = f.Key, size = f.Value.Size }),
            hash_algo = "sha256",
            @ref = new { name = name.Revision },
        }), hub.Check(name), cancellationToken);

    private async Task SendAsync(JsonElement item, LocalFile file, CancellationToken cancellationToken)
    {
        if (item.TryGetProperty("error", out JsonElement error))
            throw new HubException($"{name}: the storage refuses {file.Path}: {error.GetProperty("message").GetString()}");
        // Without actions the storage has these contents.
        if (item.TryGetProperty("actions", out JsonElement actions) && actions.ValueKind == JsonValueKind.Object)
        {
            JsonElement upload = actions.GetProperty("upload");
            var address = new Uri(upload.GetProperty("href").GetString()!);
            Dictionary<string, string> header = upload.TryGetProperty("header", out JsonElement given) && given.ValueKind == JsonValueKind.Object
                ? given.EnumerateObject().ToDictionary(h => h.Name, h => h.Value.ToString()) : [];
            if (header.TryGetValue(ChunkSize, out string? size))
                await SendPartsAsync(item, file, address, header, long.Parse(size, CultureInfo.InvariantCulture), cancellationToken);
            else
                await PutAsync(address, file, 0, file.Size, header, cancellationToken);
            if (actions.TryGetProperty("verify", out JsonElement verify))
                await hub.Http.PostAsync(new Uri(verify.GetProperty("href").GetString()!), () => Json(new { oid = item.GetProperty("oid").GetString(), size = file.Size }), hub.Check(name), cancellationToken);
        }
        progress?.Report(new(file.Path, file.Size, file.Size));
    }

    private async Task SendPartsAsync(JsonElement item, LocalFile file, Uri complete, Dictionary<string, string> header, long size, CancellationToken cancellationToken)
    {
        var parts = new List<object>();
        foreach ((int number, string address) in header.Where(h => int.TryParse(h.Key, CultureInfo.InvariantCulture, out _)).Select(h => (int.Parse(h.Key, CultureInfo.InvariantCulture), h.Value)).OrderBy(h => h.Item1))
        {
            long offset = (number - 1) * size;
            string tag = await PutAsync(new Uri(address), file, offset, Math.Min(size, file.Size - offset), [], cancellationToken);
            parts.Add(new { partNumber = number, etag = tag });
        }
        await hub.Http.PostAsync(complete, () => Json(new { oid = item.GetProperty("oid").GetString(), parts }), hub.Check(name), cancellationToken);
    }

    // Gives the tag of what was stored.
    private async Task<string> PutAsync(Uri address, LocalFile file, long offset, long length, Dictionary<string, string> header, CancellationToken cancellationToken)
    {
        HttpRequestMessage Request()
        {
            var request = new HttpRequestMessage(HttpMethod.Put, address)
            {
                Content = new FilePart(file.FullPath, offset, length, done => progress?.Report(new(file.Path, Math.Min(done, file.Size - 1), file.Size))),
            };
            foreach ((string key, string value) in header)
                if (!request.Headers.TryAddWithoutValidation(key, value))
                    request.Content.Headers.TryAddWithoutValidation(key, value);
            return request;
        }
        using HttpResponseMessage response = await hub.Http.SendAsync(Request, cancellationToken);
        await hub.Check(name)(response, cancellationToken);
        return response.Headers.ETag?.Tag ?? "";
    }

    private static JsonContent Json(object value) => JsonContent.Create(value, new MediaTypeHeaderValue(MediaType));
}
