using Plumbline.Engine.Segments;
using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Heads;
using Plumbline.Training.Policies;
using TorchSharp;

namespace Plumbline.Training.Ppo;

/// <summary>PPO's critic: the policy's base under an adapter of its own with a value head, or a copy of the base where the policy is trained whole.</summary>
/// <remarks>
/// With an adapter nothing is loaded twice: one base serves policy, reference and critic, and stays frozen. Between calls the policy's adapter
/// is active. Owns adapter, head and copy; borrows the policy's base. One thread.
/// </remarks>
public sealed class Critic : IDisposable
{
    private const string File = "critic.safetensors";
    private readonly Policy _policy;
    private readonly DecoderModel? _copy;
    private readonly LoraAdapter? _adapter;
    private readonly ValueHead _head;

    private Critic(Policy policy, DecoderModel? copy, LoraAdapter? adapter)
    {
        (_policy, _copy, _adapter) = (policy, copy, adapter);
        _head = ValueHead.Create(policy.Model.Config.HiddenSize, policy.Device);
        // An untied output head writes words; the critic has its own.
        IEnumerable<KeyValuePair<string, Tensor>> trunk = adapter?.NamedParameters() ?? copy!.NamedParameters().Where(p => p.Key != "lm_head.weight");
        TrainableParameters = [.. trunk, .. _head.NamedParameters()];
    }

    /// <summary>What is optimised, by checkpoint name.</summary>
    public IReadOnlyList<KeyValuePair<string, Tensor>> TrainableParameters { get; }

    /// <summary>Numbers it keeps in memory beside the policy's: adapter or copy, and head.</summary>
    public long ParametersHeld =>
        (_adapter?.NamedParameters() ?? _copy!.NamedParameters()).Concat(_head.NamedParameters()).Sum(p => p.Value.numel());

    /// <summary>A critic that values every state at 0 and sees the text as the policy's base does.</summary>
    /// <param name="policy">Not yet trained; an adapter of the same shape as its own is made, or its weights are copied.</param>
    /// <param name="seed">Seed of the fresh adapter.</param>
    public static Critic Create(Policy policy, long seed)
    {
        if (policy.Adapter is { } own)
        {
            LoraAdapter adapter = LoraAdapter.Create(policy.Model, own.Config, seed);
            adapter.Train(true);
            return new Critic(policy, null, adapter);
        }
        DecoderModel copy = policy.Model.Clone();
        copy.RequireGradients(true);
        return new Critic(policy, copy, null);
    }

    /// <summary>The values of the states along completions.</summary>
    /// <param name="rows">The tokens.</param>
    /// <param name="training">Whether a backward pass will follow; dropout applies then only.</param>
    public TokenValues Forward(TokenRows rows, bool training)
    {
        _adapter?.ApplyDropout(training);
        if (_copy is not null)
            return TokenValues.Forward(_copy, _head, rows, training, _policy.Activations);
        _policy.Model.Activate(_adapter);
        try
        {
            return TokenValues.Forward(_policy.Model, _head, rows, training, _policy.Activations);
        }
        finally
        {
            _policy.Model.Activate(_policy.Adapter);
        }
    }

    /// <summary>Writes the trained weights, for <see cref="LoadState"/>.</summary>
    public void SaveState(string directory) => SafetensorsWriter.Write(Path.Combine(directory, File), TrainableParameters);

    /// <summary>Restores what <see cref="SaveState"/> wrote, bit for bit.</summary>
    public void LoadState(string directory) => WeightFile.CopyInto(TrainableParameters, Path.Combine(directory, File));

    /// <inheritdoc/>
    public void Dispose()
    {
        _adapter?.Dispose();
        _copy?.Dispose();
        _head.Dispose();
    }
}
