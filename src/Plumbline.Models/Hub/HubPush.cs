using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Plumbline.Models.Hub;

/// <summary>Publishes a folder as one commit: the repository is made if it is missing, and only what changed is sent.</summary>
public sealed class HubPush(HubClient hub)
{
    private const int PreuploadBatch = 256;
    private const string Large = "lfs";
    private static readonly FileGlobs Weights = new(["*.safetensors", "*.safetensors.index.json"]);

    /// <summary>Publishes.</summary>
    /// <param name="folder">The folder; what begins with a dot is left out.</param>
    /// <param name="name">The model's name, with its owner; the revision is a branch that exists.</param>
    /// <param name="options">Visibility of a new repository, message.</param>
    /// <param name="progress">Told as bytes go out, from several threads; null for nobody.</param>
    /// <param name="cancellationToken">Stops; nothing is published before all contents have arrived.</param>
    /// <exception cref="HubException">There is nothing to publish, no token, no permission, or the hub fails.</exception>
    public async Task<PushResult> RunAsync(string folder, HubName name, PushOptions options, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        IReadOnlyList<LocalFile> files = Prepare(folder, name);
        await CreateAsync(name, options, cancellationToken);
        string parent = await hub.CommitAsync(name, cancellationToken);
        Dictionary<string, HubFile> remote = (await hub.FilesAsync(name, parent, cancellationToken)).ToDictionary(f => f.Path);
        LocalFile[] changed = [.. files.Where(file => !file.Is(remote.GetValueOrDefault(file.Path)))];
        string[] removed = [.. remote.Keys.Where(path => Weights.Match(path) && files.All(f => f.Path != path)).Order(StringComparer.Ordinal)];
        string address = $"{hub.Settings.Endpoint}/{name.WebPath}";
        if (changed.Length + removed.Length == 0)
            return new PushResult(address, parent, [], [], files.Count, 0);
        HashSet<string> large = await LargeAsync(name, changed, cancellationToken);
        ILookup<string, LocalFile> stored = changed.Where(f => large.Contains(f.Path)).ToLookup(f => f.Sha256());
        await new LargeFileUpload(hub, name, progress).RunAsync(stored.ToDictionary(group => group.Key, group => group.First()), cancellationToken);
        string commit = await CommitAsync(name, options.Message, parent, stored, [.. changed.Where(f => !large.Contains(f.Path))], removed, cancellationToken);
        foreach (LocalFile file in changed)
            progress?.Report(new(file.Path, file.Size, file.Size, Kept: large.Contains(file.Path))); // the large ones were told of
        return new PushResult(address, commit, [.. changed.Select(f => f.Path)], removed, files.Count, changed.Sum(f => f.Size));
    }

    private IReadOnlyList<LocalFile> Prepare(string folder, HubName name)
    {
        if (name.Owner.Length == 0)
            throw new HubException($"'{name}' lacks an owner. Name the repository OWNER/{name.Repository}, the owner being you or your organisation.");
        if (hub.Settings.Token is null)
            throw new HubException($"A push needs a token that may write: make one at {hub.Settings.Endpoint}/settings/tokens and set HF_TOKEN to it.");
        if (hub.Settings.Offline)
            throw new HubException("A push needs the network, but HF_HUB_OFFLINE is set. Unset it.");
        if (!Directory.Exists(folder))
            throw new HubException($"{folder}: there is no such folder.");
        if (File.Exists(Path.Combine(folder, "recipe.yaml")) && Directory.Exists(Path.Combine(folder, "final")))
            throw new HubException($"{folder} is the folder of a run, with its logs and checkpoints. What is published is the model in it: {Path.Combine(folder, "final")}.");
        IReadOnlyList<LocalFile> files = LocalFile.Of(folder);
        return files.Count > 0 ? files : throw new HubException($"{folder} holds no files.");
    }

    private async Task CreateAsync(HubName name, PushOptions options, CancellationToken cancellationToken)
    {
        await hub.Http.PostAsync(
            hub.Api("repos/create"),
            () => JsonContent.Create(new { type = "model", name = name.Repository[(name.Owner.Length + 1)..], organization = name.Owner, @private = options.Private }),
            (response, stop) => response.StatusCode == HttpStatusCode.Conflict ? Task.CompletedTask : hub.Check(name)(response, stop), // it is there
            cancellationToken);
    }

    // Which of the files the hub wants in large-file storage.
    private async Task<HashSet<string>> LargeAsync(HubName name, IReadOnlyList<LocalFile> files, CancellationToken cancellationToken)
    {
        var large = new HashSet<string>(StringComparer.Ordinal);
        foreach (LocalFile[] batch in files.Chunk(PreuploadBatch))
        {
            JsonElement answer = await hub.Http.PostAsync(
                hub.Api($"{name.ApiPath}/preupload/{Uri.EscapeDataString(name.Revision)}"),
                () => JsonContent.Create(new { files = batch.Select(f => new { path = f.Path, sample = Convert.ToBase64String(f.Sample()), size = f.Size }) }),
                hub.Check(name), cancellationToken);
            foreach (JsonElement file in answer.GetProperty("files").EnumerateArray())
                if (file.GetProperty("uploadMode").GetString() == Large)
                    large.Add(file.GetProperty("path").GetString()!);
        }
        return large;
    }

    private async Task<string> CommitAsync(
        HubName name, string message, string parent, ILookup<string, LocalFile> stored, IReadOnlyList<LocalFile> regular, IReadOnlyList<string> removed, CancellationToken cancellationToken)
    {
        HttpContent Lines()
        {
            var body = new MemoryStream();
            void Line(string key, JsonObject value)
            {
                JsonSerializer.Serialize(body, new JsonObject { ["key"] = key, ["value"] = value });
                body.WriteByte((byte)'\n');
            }
            Line("header", new() { ["summary"] = message, ["description"] = "", ["parentCommit"] = parent });
            foreach (LocalFile file in regular)
                Line("file", new() { ["path"] = file.Path, ["encoding"] = "base64", ["content"] = Convert.ToBase64String(File.ReadAllBytes(file.FullPath)) });
            foreach ((string hash, LocalFile file) in stored.SelectMany(group => group.Select(file => (group.Key, file))))
                Line("lfsFile", new() { ["path"] = file.Path, ["algo"] = "sha256", ["oid"] = hash, ["size"] = file.Size });
            foreach (string path in removed)
                Line("deletedFile", new() { ["path"] = path });
            body.Position = 0;
            return new StreamContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") } };
        }
        JsonElement answer = await hub.Http.PostAsync(hub.Api($"{name.ApiPath}/commit/{Uri.EscapeDataString(name.Revision)}"), Lines,
            (response, stop) => response.StatusCode == HttpStatusCode.PreconditionFailed
                ? throw new HubException($"{name} was changed by somebody else meanwhile. Push again.") : hub.Check(name)(response, stop),
            cancellationToken);
        return answer.GetProperty("commitOid").GetString()!;
    }
}
