using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Plumbline.Models.Hub;

/// <summary>The hub's API: what a repository holds, and its files. Safe for several threads.</summary>
public sealed class HubClient : IDisposable
{
    /// <summary>Opens no connection yet.</summary>
    /// <param name="settings">Address, token, cache.</param>
    /// <param name="time">The clock of waits between attempts; null for the system's.</param>
    /// <exception cref="HubException">The address is no URL.</exception>
    public HubClient(HubSettings settings, TimeProvider? time = null)
    {
        Settings = settings;
        Http = new HubHttp(settings, time ?? TimeProvider.System);
    }

    /// <summary>Address, token, cache.</summary>
    public HubSettings Settings { get; }

    internal HubHttp Http { get; }

    /// <summary>The commit that a revision stands for now.</summary>
    /// <exception cref="HubNotFoundException">There is no such repository, or this user may not see it.</exception>
    /// <exception cref="HubException">The revision is missing, terms are to be accepted, or the hub does not answer.</exception>
    public async Task<string> CommitAsync(HubName name, CancellationToken cancellationToken = default)
    {
        (JsonElement body, _) = await Http.GetJsonAsync(Api($"{name.ApiPath}/revision/{Uri.EscapeDataString(name.Revision)}"), Check(name), cancellationToken);
        string commit = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("sha", out JsonElement sha) ? sha.ToString() : "";
        // It becomes the name of a folder.
        return (name with { Revision = commit }).IsCommit ? commit : throw new HubException($"{Settings.Endpoint} names the commit of {name} '{commit}', which is none.");
    }

    /// <summary>All files at a commit, in the order of their paths.</summary>
    /// <param name="name">The repository; its revision is not looked at.</param>
    /// <param name="commit">What <see cref="CommitAsync"/> gave.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HubException">As above, or a path would leave the folder.</exception>
    public async Task<IReadOnlyList<HubFile>> FilesAsync(HubName name, string commit, CancellationToken cancellationToken = default)
    {
        var files = new List<HubFile>();
        Uri? page = Api($"{name.ApiPath}/tree/{Uri.EscapeDataString(commit)}?recursive=true");
        while (page is not null)
        {
            (JsonElement body, HttpResponseHeaders headers) = await Http.GetJsonAsync(page, Check(name), cancellationToken);
            files.AddRange(body.EnumerateArray().Where(entry => entry.GetProperty("type").GetString() == "file").Select(entry => FileOf(name, entry)));
            page = NextPage(page, headers);
        }
        return [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)];
    }

    /// <summary>Names of the models of one owner, most used first.</summary>
    public async Task<IReadOnlyList<string>> ModelsOfAsync(string owner, CancellationToken cancellationToken = default)
    {
        (JsonElement body, _) = await Http.GetJsonAsync(Api($"models?author={Uri.EscapeDataString(owner)}&limit=1000"), Check(new HubName(owner)), cancellationToken);
        return [.. body.EnumerateArray().Select(model => model.GetProperty("id").GetString()!)];
    }

    /// <summary>Where a file's contents are fetched.</summary>
    internal Uri FileAddress(HubName name, string commit, HubFile file) =>
        new($"{Settings.Endpoint}/{name.WebPath}/resolve/{commit}/{string.Join('/', file.Path.Split('/').Select(Uri.EscapeDataString))}");

    internal Uri Api(string path) => new($"{Settings.Endpoint}/api/{path}");

    /// <summary>Turns a refusal into the sentence that helps.</summary>
    internal Func<HttpResponseMessage, CancellationToken, Task> Check(HubName name) => async (response, cancellationToken) =>
    {
        if (response.IsSuccessStatusCode)
            return;
        string page = $"{Settings.Endpoint}/{name.WebPath}";
        string code = response.Headers.TryGetValues("X-Error-Code", out IEnumerable<string>? codes) ? codes.First() : "";
        string said = response.Headers.TryGetValues("X-Error-Message", out IEnumerable<string>? messages) ? messages.First() : await Said(response, cancellationToken);
        string token = $"{Settings.Endpoint}/settings/tokens";
        throw (code, response.StatusCode) switch
        {
            ("GatedRepo", _) => new HubException(
                $"{name} is gated: its owners ask you to accept terms first. Open {page} in a browser, accept them{(Settings.Token is null ? $", and set HF_TOKEN to a token of that account ({token})" : "; the account is that of your HF_TOKEN")}. Then pull again."),
            ("RevisionNotFound", _) => new HubException($"{name.WebPath} has no revision '{name.Revision}'. A revision is a branch, a tag or a commit: see {page}/tree/main."),
            ("EntryNotFound", _) => new HubException($"{name} lacks a file that it listed a moment ago: it was changed. Pull again."),
            (_, HttpStatusCode.Unauthorized) when Settings.Token is not null && code.Length == 0 => new HubException($"{Settings.Endpoint} does not know the token in HF_TOKEN. Make a new one ({token}), or unset it."),
            ("RepoNotFound", _) or (_, HttpStatusCode.NotFound or HttpStatusCode.Unauthorized) => new HubNotFoundException(
                $"There is no {(name.Kind == HubRepoKind.Dataset ? "data set" : "model")} {name.WebPath} on {Settings.Endpoint} that {(Settings.Token is null ? $"everybody may read. Correct the name; if it is private, set HF_TOKEN ({token})" : "the owner of HF_TOKEN may read. Correct the name, or ask for access")}."),
            (_, HttpStatusCode.Forbidden) => new HubException($"{Settings.Endpoint} forbids this for {name}{Colon(said)} {(Settings.Token is null ? $"Set HF_TOKEN ({token})." : $"The token in HF_TOKEN may lack a permission: see {token}.")}"),
            _ => new HubException($"{Settings.Endpoint} answered {(int)response.StatusCode} ({response.ReasonPhrase}) for {name}{Colon(said)}"),
        };
    };

    /// <summary>Closes the connections.</summary>
    public void Dispose() => Http.Dispose();

    private static string Colon(string said) => said.Length > 0 ? $": {said.TrimEnd('.')}." : ".";

    private static async Task<string> Said(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            JsonElement body = JsonElement.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
            return body.ValueKind == JsonValueKind.Object && body.TryGetProperty("error", out JsonElement error) ? error.ToString() : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }

    private static HubFile FileOf(HubName name, JsonElement entry)
    {
        string path = entry.GetProperty("path").GetString()!;
        if (path.Split('/').Any(part => part is "" or "." or "..") || path.AsSpan().IndexOfAny("\\:\0") >= 0)
            throw new HubException($"{name} lists a file '{path}', whose path would leave the folder. Nothing was fetched.");
        bool large = entry.TryGetProperty("lfs", out JsonElement lfs) && lfs.ValueKind == JsonValueKind.Object;
        var file = new HubFile(path, (large ? lfs : entry).GetProperty("size").GetInt64(), entry.GetProperty("oid").GetString()!, large ? lfs.GetProperty("oid").GetString() : null);
        return file.Hash.All(char.IsAsciiHexDigit) ? file : throw new HubException($"{name} lists {path} with the hash '{file.Hash}', which is none.");
    }

    private static Uri? NextPage(Uri page, HttpResponseHeaders headers) =>
        headers.TryGetValues("Link", out IEnumerable<string>? links)
        && links.SelectMany(link => link.Split(',')).FirstOrDefault(link => link.Contains("rel=\"next\"", StringComparison.Ordinal)) is { } next
            ? new Uri(page, next[(next.IndexOf('<') + 1)..next.IndexOf('>')])
            : null;
}
