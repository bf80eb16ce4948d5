using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Heads;

namespace Plumbline.PpoMemory;

/// <summary>The four models of PPO-RLHF, each a decoder and the adapter under which it plays its part.</summary>
internal sealed class Roles : IDisposable
{
    /// <summary>One base under three adapters; four bases with adapters on policy and critic; four bases, policy and critic trained whole.</summary>
    public static readonly string[] Modes = ["shared", "separate", "separate-full"];

    private readonly List<IDisposable> _owned = [];

    private Roles(string mode, string directory)
    {
        using CheckpointFolder folder = CheckpointFolder.Open(directory);
        DecoderModel Load() => Own(DecoderModel.Load(folder));
        DecoderModel first = Load();
        DecoderModel Next() => mode == "shared" ? first : Load();
        bool lora = mode != "separate-full";
        Policy = (first, lora ? Adapter(first, directory, 1) : null);
        Reference = (Next(), null);
        Critic = Next() is var critic && lora ? (critic, Adapter(critic, directory, 2)) : (critic, null);
        DecoderModel reward = Next();
        Reward = (reward, mode == "shared" ? Adapter(reward, directory, 3) : null);
        CriticHead = Own(ValueHead.Create(folder.Config.HiddenSize));
        RewardHead = Own(ValueHead.Create(folder.Config.HiddenSize));
        foreach ((DecoderModel model, LoraAdapter? adapter) in new[] { Policy, Critic })
        {
            model.RequireGradients(!lora);
            adapter?.Train(true);
        }
    }

    public (DecoderModel Model, LoraAdapter? Adapter) Policy { get; }

    public (DecoderModel Model, LoraAdapter? Adapter) Reference { get; }

    public (DecoderModel Model, LoraAdapter? Adapter) Critic { get; }

    public (DecoderModel Model, LoraAdapter? Adapter) Reward { get; }

    public ValueHead CriticHead { get; }

    public ValueHead RewardHead { get; }

    public IReadOnlyList<KeyValuePair<string, Tensor>> PolicyParameters => [.. Trained(Policy)];

    public IReadOnlyList<KeyValuePair<string, Tensor>> CriticParameters => [.. Trained(Critic), .. CriticHead.NamedParameters()];

    /// <summary>Parameters in memory.</summary>
    public long Held => _owned.Sum(o => (o switch
    {
        DecoderModel model => model.NamedParameters(),
        LoraAdapter adapter => adapter.NamedParameters(),
        ValueHead head => head.NamedParameters(),
        _ => [],
    }).Sum(p => p.Value.numel()));

    public static Roles Load(string mode, string directory) => new(mode, directory);

    /// <summary>The decoder of a role, its adapter switched on.</summary>
    public static DecoderModel Play((DecoderModel Model, LoraAdapter? Adapter) role)
    {
        role.Model.Activate(role.Adapter);
        return role.Model;
    }

    public void Dispose()
    {
        foreach (IDisposable owned in _owned)
            owned.Dispose();
    }

    private static IEnumerable<KeyValuePair<string, Tensor>> Trained((DecoderModel Model, LoraAdapter? Adapter) role) =>
        role.Adapter?.NamedParameters() ?? role.Model.NamedParameters();

    private LoraAdapter Adapter(DecoderModel model, string directory, long seed) => Own(LoraAdapter.Create(
        model, new AdapterConfig { R = 16, LoraAlpha = 32, TargetModules = ["all-linear"], BaseModelNameOrPath = directory }, seed));

    private T Own<T>(T item)
        where T : IDisposable
    {
        _owned.Add(item);
        return item;
    }
}
