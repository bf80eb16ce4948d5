using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Plumbline.FakeHub;

/// <summary>
/// A server that behaves like the hub, on this machine and for one process: listings in pages, files by range, large files behind a redirect
/// to a storage host that wants no token, private and gated repositories, uploads; and whatever should go wrong.
/// </summary>
public sealed class FakeHub : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, FakeRepository> _repositories = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<FakeRequest> _requests = new();
    private readonly List<(FakeFault Fault, int Left)> _faults = [];

    private FakeHub(WebApplication app, string? folder)
    {
        _app = app;
        Folder = folder;
        Storage = new FakeStorage(this);
        app.Use(ObserveAsync);
        FakeReading.Map(app, this);
        FakeWriting.Map(app, this);
        Storage.Map(app);
    }

    /// <summary>The hub's address, for <c>HF_ENDPOINT</c>.</summary>
    public string Endpoint { get; private set; } = "";

    /// <summary>The storage host's address.</summary>
    public string StorageEndpoint { get; private set; } = "";

    /// <summary>The folder whose ORG/NAME folders are served and into which pushes are written; null for memory only.</summary>
    public string? Folder { get; }

    /// <summary>The one valid token.</summary>
    public string Token { get; set; } = "hf_token";

    /// <summary>Entries of a page of a listing.</summary>
    public int PageSize { get; set; } = 1000;

    /// <summary>Bytes of a part when an upload goes in parts; 0 takes every upload whole.</summary>
    public long PartSize { get; set; }

    /// <summary>What the storage says against every upload; null where it takes them.</summary>
    public string? UploadError { get; set; }

    /// <summary>What was asked so far, in order.</summary>
    public IReadOnlyList<FakeRequest> Requests => [.. _requests];

    internal FakeStorage Storage { get; }

    /// <summary>Names of all repositories: <c>models/org/name</c>, <c>datasets/org/name</c>.</summary>
    public IReadOnlyList<string> Names => [.. _repositories.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Starts a hub on free ports of this machine, or the hub itself on a given one.</summary>
    public static async Task<FakeHub> StartAsync(string? folder = null, int port = 0)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Limits.MaxRequestBodySize = null;
            options.Limits.MinResponseDataRate = null;
            options.Listen(IPAddress.Loopback, port);
            options.Listen(IPAddress.Loopback, 0);
        });
        var hub = new FakeHub(builder.Build(), folder);
        if (folder is not null)
            hub.AddFolder(folder);
        await hub._app.StartAsync();
        string[] addresses = [.. hub._app.Urls];
        (hub.Endpoint, hub.StorageEndpoint) = (addresses[0], addresses[1]);
        return hub;
    }

    /// <summary>Adds a model of text files on its main branch.</summary>
    public FakeRepository Add(string name, params (string Path, byte[] Bytes)[] files)
    {
        FakeRepository repository = Create($"models/{name}");
        repository.Commit("main", files.Select(f => FakeFile.Of(f.Path, f.Bytes)), [], "initial commit");
        return repository;
    }

    /// <summary>The repository, made if it is missing.</summary>
    public FakeRepository Create(string key) => _repositories.GetOrAdd(key, _ => new FakeRepository(key[(key.IndexOf('/') + 1)..]));

    /// <summary>The repository of <c>models/org/name</c>; null where there is none.</summary>
    public FakeRepository? Find(string key) => _repositories.GetValueOrDefault(key);

    /// <summary>Lets something go wrong.</summary>
    public void Fail(FakeFault fault)
    {
        lock (_faults)
            _faults.Add((fault, fault.Times));
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    /// <summary>Waits until the process is asked to end.</summary>
    public Task WaitAsync() => _app.WaitForShutdownAsync();

    /// <summary>Whether a request carries the valid token; null where it carries none.</summary>
    internal bool? HasToken(HttpContext context) => context.Request.Headers.Authorization.ToString() is { Length: > 0 } given ? given == $"Bearer {Token}" : null;

    /// <summary>The fault that befalls a path now, if any.</summary>
    internal FakeFault? NextFault(string path)
    {
        lock (_faults)
        {
            int i = _faults.FindIndex(f => f.Left > 0 && path.EndsWith(f.Fault.PathEnd, StringComparison.Ordinal));
            if (i < 0)
                return null;
            _faults[i] = (_faults[i].Fault, _faults[i].Left - 1);
            return _faults[i].Fault;
        }
    }

    private async Task ObserveAsync(HttpContext context, RequestDelegate next)
    {
        bool atStorage = new Uri(StorageEndpoint).Port == context.Connection.LocalPort;
        HttpRequest request = context.Request;
        _requests.Enqueue(new FakeRequest(request.Method, request.Path, atStorage, request.Headers.Authorization.ToString(), request.Headers.Range.ToString()));
        if (atStorage == request.Path.StartsWithSegments("/storage"))
            await next(context);
        else
            context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
    }

    private void AddFolder(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (string place in Directory.EnumerateDirectories(folder).SelectMany(Directory.EnumerateDirectories))
        {
            string name = Path.GetRelativePath(folder, place).Replace('\\', '/');
            Create($"models/{name}").Commit("main", Directory.EnumerateFiles(place, "*", SearchOption.AllDirectories)
                .Select(file => FakeFile.OnDisk(Path.GetRelativePath(place, file).Replace('\\', '/'), file)), [], "initial commit");
        }
    }
}
