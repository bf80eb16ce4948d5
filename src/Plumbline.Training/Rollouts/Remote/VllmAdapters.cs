using System.Text.Json.Nodes;
using Plumbline.Models.Adapters;
using Plumbline.Training.Remote;

namespace Plumbline.Training.Rollouts.Remote;

/// <summary>Hands a policy's adapter to a server, version by version, through a folder that both see.</summary>
/// <remarks>The server must allow it: <c>--enable-lora</c>, and <c>VLLM_ALLOW_RUNTIME_LORA_UPDATING=True</c> in its environment.</remarks>
internal sealed class VllmAdapters(RemoteServer server, Uri root, LoraAdapter adapter, string directory) : IDisposable
{
    private readonly string _run = Guid.NewGuid().ToString("N")[..8]; // two runs may share a server
    private string? _written, _loaded;

    /// <summary>Writes the adapter as it stands, unless that version was written last.</summary>
    public void Write(int version)
    {
        string name = $"plumbline-{_run}-{version}";
        if (name == _written)
            return;
        adapter.Save(Place(name));
        _written = name;
    }

    /// <summary>Has the server load what was written last and drop what came before.</summary>
    /// <returns>The name to sample by.</returns>
    /// <exception cref="RemoteException">The server does not, or cannot read the folder.</exception>
    public async Task<string> LoadAsync(CancellationToken cancellationToken)
    {
        string name = _written!;
        if (name == _loaded)
            return name;
        try
        {
            await server.PostTextAsync(new Uri(root, "v1/load_lora_adapter"), new JsonObject { ["lora_name"] = name, ["lora_path"] = Place(name) }, cancellationToken).ConfigureAwait(false);
        }
        catch (RemoteException fault)
        {
            throw new RemoteException($"The server does not load the policy's adapter. {fault.Message} Start it with --enable-lora, a --max-lora-rank of {adapter.Config.R} or more and VLLM_ALLOW_RUNTIME_LORA_UPDATING=True, and let it see {directory} (rollout.adapter_dir).", fault);
        }
        string? before = _loaded;
        _loaded = name;
        if (before is not null)
            await DropAsync(before, cancellationToken).ConfigureAwait(false);
        return name;
    }

    private async Task DropAsync(string name, CancellationToken cancellationToken)
    {
        await server.PostTextAsync(new Uri(root, "v1/unload_lora_adapter"), new JsonObject { ["lora_name"] = name }, cancellationToken).ConfigureAwait(false);
        Directory.Delete(Place(name), recursive: true);
    }

    private string Place(string name) => Path.GetFullPath(Path.Combine(directory, name));

    /// <summary>Drops the last one. A server that is gone by now needs nothing dropped.</summary>
    public void Dispose()
    {
        if (_loaded is { } last)
            Task.WaitAny(DropAsync(last, CancellationToken.None));
    }
}
