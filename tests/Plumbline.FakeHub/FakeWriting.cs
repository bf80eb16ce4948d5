using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Plumbline.FakeHub;

/// <summary>What the hub answers to those who write: repositories made, contents stored, commits.</summary>
internal static class FakeWriting
{
    private sealed record NewRepository(string Name, string? Organization, bool Private, string? Type);

    public static void Map(WebApplication app, FakeHub hub)
    {
        app.MapPost("/api/repos/create", async (HttpContext context, NewRepository wanted) =>
        {
            if (!await MayWriteAsync(context, hub))
                return;
            string key = $"{wanted.Type ?? "model"}s/{wanted.Organization}/{wanted.Name}";
            if (hub.Find(key) is not null)
            {
                await FakeReading.RefuseAsync(context, 409, "", "You already created this model repo");
                return;
            }
            FakeRepository made = hub.Create(key);
            made.Private = wanted.Private;
            made.Commit("main", [], [], "initial commit");
            await context.Response.WriteAsJsonAsync(new { url = $"{hub.Endpoint}/{made.Name}" });
        });
        app.MapPost("/api/models/{owner}/{name}/preupload/{revision}", (HttpContext context, string owner, string name, string revision) => PreuploadAsync(context, hub, $"models/{owner}/{name}", revision));
        app.MapPost("/{owner}/{name}.git/info/lfs/objects/batch", (HttpContext context) => BatchAsync(context, hub));
        app.MapPost("/api/complete/{hash}", (HttpContext context, string hash) => CompleteAsync(context, hub, hash));
        app.MapPost("/api/verify/{hash}", async (HttpContext context, string hash) =>
        {
            if (!await MayWriteAsync(context, hub))
                return;
            using JsonDocument body = await JsonDocument.ParseAsync(context.Request.Body);
            if (!hub.Storage.Verify(hash, body.RootElement.GetProperty("size").GetInt64()))
                context.Response.StatusCode = 404;
        });
        app.MapPost("/api/models/{owner}/{name}/commit/{revision}", (HttpContext context, string owner, string name, string revision) => CommitAsync(context, hub, $"models/{owner}/{name}", revision));
    }

    private static async Task<bool> MayWriteAsync(HttpContext context, FakeHub hub)
    {
        if (hub.NextFault(context.Request.Path) is { Status: > 0 } fault)
        {
            context.Response.StatusCode = fault.Status;
            return false;
        }
        if (hub.HasToken(context) == true)
            return true;
        await FakeReading.RefuseAsync(context, 401, "", "Invalid username or password.");
        return false;
    }

    private static async Task PreuploadAsync(HttpContext context, FakeHub hub, string key, string revision)
    {
        if (!await MayWriteAsync(context, hub) || await FakeReading.FindAsync(context, hub, key, revision) is not var (repository, commit))
            return;
        using JsonDocument body = await JsonDocument.ParseAsync(context.Request.Body);
        await context.Response.WriteAsJsonAsync(new
        {
            files = body.RootElement.GetProperty("files").EnumerateArray().Select(file =>
            {
                string path = file.GetProperty("path").GetString()!;
                return new
                {
                    path,
                    uploadMode = FakeFile.IsLargeFile(path, file.GetProperty("size").GetInt64()) ? "lfs" : "regular",
                    shouldIgnore = false,
                    oid = repository.Files(commit).GetValueOrDefault(path)?.BlobId,
                };
            }).ToArray(),
        });
    }

    private static async Task BatchAsync(HttpContext context, FakeHub hub)
    {
        if (!await MayWriteAsync(context, hub))
            return;
        using JsonDocument body = await JsonDocument.ParseAsync(context.Request.Body);
        bool parts = hub.PartSize > 0 && body.RootElement.GetProperty("transfers").EnumerateArray().Any(t => t.GetString() == "multipart");
        context.Response.ContentType = "application/vnd.git-lfs+json";
        await context.Response.WriteAsync(JsonSerializer.Serialize(new
        {
            transfer = parts ? "multipart" : "basic",
            objects = body.RootElement.GetProperty("objects").EnumerateArray().Select(item => Actions(hub, item.GetProperty("oid").GetString()!, item.GetProperty("size").GetInt64(), parts)).ToArray(),
        }));
    }

    private static object Actions(FakeHub hub, string hash, long size, bool parts)
    {
        if (hub.UploadError is { } message)
            return new { oid = hash, size, error = new { code = 422, message } };
        if (hub.Storage.Uploaded(hash) is not null)
            return new { oid = hash, size };
        var verify = new { href = $"{hub.Endpoint}/api/verify/{hash}" };
        if (!parts)
            return new { oid = hash, size, actions = new { upload = new { href = hub.Storage.UploadAddress(hash), header = FakeStorage.UploadHeader }, verify } };
        Dictionary<string, string> header = Enumerable.Range(1, (int)((size + hub.PartSize - 1) / hub.PartSize)).ToDictionary(part => $"{part:D5}", part => hub.Storage.UploadAddress(hash, part));
        header["chunk_size"] = hub.PartSize.ToString();
        return new { oid = hash, size, actions = new { upload = new { href = $"{hub.Endpoint}/api/complete/{hash}", header }, verify } };
    }

    private static async Task CompleteAsync(HttpContext context, FakeHub hub, string hash)
    {
        if (!await MayWriteAsync(context, hub))
            return;
        using JsonDocument body = await JsonDocument.ParseAsync(context.Request.Body);
        (int, string)[] parts = [.. body.RootElement.GetProperty("parts").EnumerateArray().Select(p => (p.GetProperty("partNumber").GetInt32(), p.GetProperty("etag").GetString()!))];
        if (!hub.Storage.Join(hash, parts))
            context.Response.StatusCode = 400;
    }

    private static async Task CommitAsync(HttpContext context, FakeHub hub, string key, string revision)
    {
        if (!await MayWriteAsync(context, hub) || await FakeReading.FindAsync(context, hub, key, revision) is not var (repository, current))
            return;
        using var reader = new StreamReader(context.Request.Body);
        var files = new List<(string Path, byte[] Bytes)>();
        var removed = new List<string>();
        string message = "";
        while (await reader.ReadLineAsync() is { } line)
        {
            using JsonDocument row = JsonDocument.Parse(line);
            JsonElement value = row.RootElement.GetProperty("value");
            switch (row.RootElement.GetProperty("key").GetString())
            {
                case "header" when value.GetProperty("parentCommit").GetString() != current:
                    await FakeReading.RefuseAsync(context, 412, "", "A commit has happened since. Please refresh and try again.");
                    return;
                case "header":
                    message = value.GetProperty("summary").GetString()!;
                    break;
                case "file":
                    files.Add((value.GetProperty("path").GetString()!, value.GetProperty("content").GetBytesFromBase64()));
                    break;
                case "lfsFile" when hub.Storage.Verified(value.GetProperty("oid").GetString()!) is { } bytes:
                    files.Add((value.GetProperty("path").GetString()!, bytes));
                    break;
                case "deletedFile":
                    removed.Add(value.GetProperty("path").GetString()!);
                    break;
                default:
                    await FakeReading.RefuseAsync(context, 400, "", "A file of this commit was not uploaded.");
                    return;
            }
        }
        string commit = repository.Commit(Uri.UnescapeDataString(revision), files.Select(f => FakeFile.Of(f.Path, f.Bytes)), removed, message);
        if (hub.Folder is { } folder)
            Write(Path.Combine(folder, repository.Name), files, removed);
        await context.Response.WriteAsJsonAsync(new { success = true, commitOid = commit, commitUrl = $"{hub.Endpoint}/{repository.Name}/commit/{commit}" });
    }

    private static void Write(string folder, List<(string Path, byte[] Bytes)> files, List<string> removed)
    {
        foreach ((string path, byte[] bytes) in files)
        {
            string place = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            File.WriteAllBytes(place, bytes);
        }
        foreach (string path in removed)
            File.Delete(Path.Combine(folder, path));
    }
}
