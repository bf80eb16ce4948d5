using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Plumbline.FakeHub;

/// <summary>What the hub answers to those who read: revisions, listings, files.</summary>
internal static class FakeReading
{
    public static void Map(WebApplication app, FakeHub hub)
    {
        app.MapGet("/api/models", (string? author) => hub.Names.Where(key => key.StartsWith($"models/{author}/", StringComparison.Ordinal)).Select(key => new { id = key["models/".Length..] }));
        foreach (string kind in (string[])["models", "datasets"])
        {
            string web = kind == "datasets" ? "/datasets" : "";
            app.MapGet($"/api/{kind}/{{owner}}/{{name}}/revision/{{revision}}", (HttpContext context, string owner, string name, string revision) => Revision(context, hub, $"{kind}/{owner}/{name}", revision));
            app.MapGet($"/api/{kind}/{{owner}}/{{name}}/tree/{{revision}}", (HttpContext context, string owner, string name, string revision, int? cursor) => Tree(context, hub, $"{kind}/{owner}/{name}", revision, cursor ?? 0));
            app.MapMethods($"{web}/{{owner}}/{{name}}/resolve/{{revision}}/{{**path}}", ["GET", "HEAD"], (HttpContext context, string owner, string name, string revision, string path) =>
                Resolve(context, hub, $"{kind}/{owner}/{name}", revision, path));
        }
    }

    /// <summary>The repository and the commit, or null after a refusal was answered.</summary>
    internal static async Task<(FakeRepository Repository, string Commit)?> FindAsync(HttpContext context, FakeHub hub, string key, string revision)
    {
        bool contents = context.Request.Path.Value!.Contains("/resolve/", StringComparison.Ordinal); // whose faults are the body's
        if (!contents && hub.NextFault(context.Request.Path) is { } fault)
            return await FailAsync(context, fault);
        if (hub.HasToken(context) == false)
            return await RefuseAsync(context, 401, "", "Invalid credentials in Authorization header");
        if (hub.Find(key) is not { } repository || (repository.Private && hub.HasToken(context) is null))
            return await RefuseAsync(context, hub.HasToken(context) is null ? 401 : 404, "RepoNotFound", "Repository not found");
        if (repository.Resolve(Uri.UnescapeDataString(revision)) is not { } commit)
            return await RefuseAsync(context, 404, "RevisionNotFound", $"Invalid rev id: {revision}");
        return (repository, commit);
    }

    private static async Task Revision(HttpContext context, FakeHub hub, string key, string revision)
    {
        if (await FindAsync(context, hub, key, revision) is not var (repository, commit))
            return;
        await context.Response.WriteAsJsonAsync(new { id = repository.Name, sha = commit, @private = repository.Private, gated = repository.Gated, siblings = repository.Files(commit).Keys.Select(path => new { rfilename = path }) });
    }

    private static async Task Tree(HttpContext context, FakeHub hub, string key, string revision, int cursor)
    {
        if (await FindAsync(context, hub, key, revision) is not var (repository, commit))
            return;
        FakeFile[] files = [.. repository.Files(commit).Values];
        if (cursor + hub.PageSize < files.Length)
            context.Response.Headers.Link = $"<{hub.Endpoint}{context.Request.Path}?recursive=true&cursor={cursor + hub.PageSize}>; rel=\"next\"";
        IEnumerable<object> folders = cursor > 0 ? [] : files.Select(f => Path.GetDirectoryName(f.Path)!).Where(f => f.Length > 0).Distinct().Select(f => new { type = "directory", oid = new string('0', 40), size = 0, path = f });
        await context.Response.WriteAsJsonAsync(folders.Concat(files.Skip(cursor).Take(hub.PageSize).Select(f => f.IsLarge
            ? (object)new { type = "file", oid = f.BlobId, size = f.Size, path = f.Path, lfs = new { oid = f.Sha256, size = f.Size, pointerSize = 134 } }
            : new { type = "file", oid = f.BlobId, size = f.Size, path = f.Path })));
    }

    private static async Task Resolve(HttpContext context, FakeHub hub, string key, string revision, string path)
    {
        if (await FindAsync(context, hub, key, revision) is not var (repository, commit))
            return;
        if (repository.Gated && hub.HasToken(context) is null)
            await RefuseAsync(context, 401, "GatedRepo", $"Access to model {repository.Name} is restricted.");
        else if (!repository.Files(commit).TryGetValue(path, out FakeFile? file))
            await RefuseAsync(context, 404, "EntryNotFound", "Entry not found");
        else
        {
            IHeaderDictionary headers = context.Response.Headers;
            headers["X-Repo-Commit"] = commit;
            headers.ETag = $"\"{file.Hash}\"";
            if (!file.IsLarge)
            {
                await FakeStorage.SendAsync(context, file, hub.NextFault(path));
                return;
            }
            headers["X-Linked-Etag"] = $"\"{file.Sha256}\"";
            headers["X-Linked-Size"] = file.Size.ToString();
            context.Response.Redirect(hub.Storage.AddressOf(file));
        }
    }

    private static async Task<(FakeRepository, string)?> FailAsync(HttpContext context, FakeFault fault)
    {
        if (fault.RetryAfter is { } wait)
            context.Response.Headers.RetryAfter = wait;
        if (fault.Location is { } location)
            context.Response.Headers.Location = location;
        context.Response.StatusCode = fault.Status == 0 ? 200 : fault.Status;
        await context.Response.WriteAsync(fault.Page ?? "");
        return null;
    }

    internal static async Task<(FakeRepository, string)?> RefuseAsync(HttpContext context, int status, string code, string message)
    {
        context.Response.StatusCode = status;
        if (code.Length > 0)
            context.Response.Headers["X-Error-Code"] = code;
        context.Response.Headers["X-Error-Message"] = message;
        await context.Response.WriteAsJsonAsync(new { error = message });
        return null;
    }
}
