using Plumbline.FakeHub;
using Plumbline.Models.Hub;

namespace Plumbline.Models.Tests.Hub;

/// <summary>A hub with one model, and an empty cache.</summary>
public sealed class HubWorld : IAsyncLifetime
{
    public const string Model = "org/tiny";

    /// <summary>300,000 bytes: several blocks of every buffer.</summary>
    public static readonly byte[] Weights = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 31 % 251))];

    internal FakeHub.FakeHub Hub { get; private set; } = null!;

    internal FakeRepository Repository { get; private set; } = null!;

    internal InstantTime Time { get; } = new();

    internal string Cache { get; } = Directory.CreateTempSubdirectory("plumbline-hub-").FullName;

    internal HubSettings Settings => new() { Endpoint = Hub.Endpoint, CacheDirectory = Cache };

    public async ValueTask InitializeAsync()
    {
        Hub = await FakeHub.FakeHub.StartAsync();
        Repository = Hub.Add(Model,
            ("config.json", "{}"u8.ToArray()), ("model.safetensors", Weights), ("tokenizer.json", "{\"a\":1}"u8.ToArray()), ("README.md", "hello"u8.ToArray()),
            ("pytorch_model.bin", [1]), ("original/params.json", "{}"u8.ToArray()), ("consolidated.safetensors", [2]));
    }

    public async ValueTask DisposeAsync()
    {
        await Hub.DisposeAsync();
        Directory.Delete(Cache, recursive: true);
    }

    internal Task<PullResult> PullAsync(string name = Model, HubSettings? settings = null, FileSelection? selection = null, string? localDirectory = null, IProgress<TransferProgress>? progress = null) =>
        PullAsync(new HubPull(new HubClient(settings ?? Settings, Time), Time), name, selection, localDirectory, progress);

    internal static Task<PullResult> PullAsync(HubPull pull, string name = Model, FileSelection? selection = null, string? localDirectory = null, IProgress<TransferProgress>? progress = null) =>
        pull.RunAsync(HubName.Parse(name), selection ?? new(), localDirectory, progress, TestContext.Current.CancellationToken);

    /// <summary>Requests for the contents of the weights.</summary>
    internal FakeRequest[] WeightRequests => [.. Hub.Requests.Where(r => r.AtStorage)];
}
