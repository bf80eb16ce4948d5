using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using TorchSharp;

namespace Plumbline.Models.Adapters;

/// <summary>A low-rank adapter for a decoder, in PEFT's names and files.</summary>
/// <remarks>Owns its tensors. Activate it on a model with <see cref="DecoderModel.Activate"/>; with the adapter off the model is its own reference.</remarks>
public sealed class LoraAdapter : IDisposable
{
    private const string Prefix = "base_model.model.", MagnitudeSuffix = ".lora_magnitude_vector";
    private readonly SortedDictionary<string, LoraPair> _pairs = new(StringComparer.Ordinal);

    private LoraAdapter(AdapterConfig config) => Config = config;

    /// <summary>The adapter's settings.</summary>
    public AdapterConfig Config { get; }

    /// <summary>A fresh adapter: A uniform within ±1/√in, as PEFT does, B zero, magnitudes those of the base, so that nothing changes at first.</summary>
    /// <exception cref="CheckpointException">A target module names no projection of the model.</exception>
    public static LoraAdapter Create(DecoderModel model, AdapterConfig config, long seed)
    {
        using var noGradient = torch.no_grad();
        var adapter = new LoraAdapter(config);
        var generator = new torch.Generator((ulong)seed);
        foreach (Linear projection in Targets(model, config))
        {
            int r = config.RankOf(projection.Name);
            long inputs = projection.Inputs, outputs = projection.Outputs;
            double bound = 1.0 / Math.Sqrt(inputs); // kaiming_uniform_(a = √5) over `inputs`
            Tensor a = torch.empty(r, inputs).uniform_(-bound, bound, generator).to(projection.Device);
            Tensor b = torch.zeros(outputs, r, device: projection.Device);
            adapter.Add(projection.Name, a, b, config.UseDora ? LoraPair.RowLengths(projection.Whole(a.dtype)) : null);
        }
        return adapter;
    }

    /// <summary>Reads a PEFT folder for <paramref name="model"/>.</summary>
    /// <exception cref="CheckpointException">The adapter's tensors do not fit the model.</exception>
    public static LoraAdapter Load(DecoderModel model, string directory)
    {
        using AdapterFolder folder = AdapterFolder.Open(directory);
        var adapter = new LoraAdapter(folder.Config);
        Dictionary<string, Linear> projections = model.Projections().ToDictionary(p => p.Name);
        foreach (string name in folder.Names.Where(n => n.EndsWith(".lora_A.weight", StringComparison.Ordinal)))
        {
            string module = name[..^".lora_A.weight".Length];
            string other = module + ".lora_B.weight";
            string target = module.StartsWith(Prefix, StringComparison.Ordinal) ? module[Prefix.Length..] : module;
            if (!projections.TryGetValue(target, out Linear? projection))
                throw new CheckpointException($"{directory}: the adapter has weights for {target}, which the base model does not have. Was it trained on another base ({folder.Config.BaseModelNameOrPath})?");
            if (!folder.Contains(other))
                throw new CheckpointException($"{directory}: tensor {name} has no partner {other}.");
            Tensor a = folder.Read(name, torch.ScalarType.Float32), b = folder.Read(other, torch.ScalarType.Float32);
            int r = folder.Config.RankOf(target);
            if (!a.shape.SequenceEqual([r, projection.Inputs]) || !b.shape.SequenceEqual([projection.Outputs, r]))
                throw new CheckpointException(
                    $"{directory}: the pair of {target} has shapes [{string.Join(", ", a.shape)}] and [{string.Join(", ", b.shape)}], but r = {r} on this base wants [{r}, {projection.Inputs}] and [{projection.Outputs}, {r}].");
            adapter.Add(target, a.to(projection.Device), b.to(projection.Device), Magnitude(folder, module, projection));
        }
        if (adapter._pairs.Count == 0)
            throw new CheckpointException($"{directory}: adapter_model.safetensors holds no lora_A weights.");
        return adapter;
    }

    /// <summary>Writes adapter_config.json and adapter_model.safetensors as PEFT would.</summary>
    public void Save(string directory) => AdapterFolder.Write(directory, Config, NamedParameters());

    /// <summary>The adapter's weights by PEFT's names.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> NamedParameters()
    {
        foreach ((string module, LoraPair pair) in _pairs)
        {
            yield return new($"{Prefix}{module}.lora_A.weight", pair.A);
            yield return new($"{Prefix}{module}.lora_B.weight", pair.B);
            if (pair.Magnitude is not null)
                yield return new($"{Prefix}{module}{MagnitudeSuffix}", pair.Magnitude);
        }
    }

    /// <summary>Says whether the adapter is being trained: gradients are kept and dropout applies.</summary>
    public void Train(bool training)
    {
        foreach (LoraPair pair in _pairs.Values)
        {
            foreach (Tensor tensor in pair.Tensors)
                tensor.requires_grad_(training);
            pair.Training = training;
        }
    }

    /// <summary>Switches dropout without touching gradients.</summary>
    public void ApplyDropout(bool applied)
    {
        foreach (LoraPair pair in _pairs.Values)
            pair.Training = applied;
    }

    /// <summary>Makes the base weights, widened where they are held in few bits, what they are under the adapter, for good; the adapter itself should then be off.</summary>
    public void MergeInto(DecoderModel model)
    {
        using var noGradient = torch.no_grad();
        model.Unpack();
        foreach (Linear projection in model.Projections())
            if (For(projection.Name) is { } pair)
            {
                using var scope = torch.NewDisposeScope();
                projection.Weight.copy_(pair.Merged(projection.Weight));
            }
    }

    internal LoraPair? For(string projection) => _pairs.GetValueOrDefault(projection);

    private void Add(string projection, Tensor a, Tensor b, Tensor? magnitude) => _pairs.Add(
        projection,
        new LoraPair(a.DetachFromDisposeScope(), b.DetachFromDisposeScope(), Config.ScalingOf(projection), Config.LoraDropout, magnitude?.DetachFromDisposeScope()));

    private static Tensor? Magnitude(AdapterFolder folder, string module, Linear projection)
    {
        string name = module + MagnitudeSuffix;
        if (!folder.Config.UseDora)
            return null;
        if (!folder.Contains(name))
            throw new CheckpointException($"{folder.Directory}: use_dora is true, but there is no tensor {name}. The two files are not of one save.");
        Tensor magnitude = folder.Read(name, torch.ScalarType.Float32);
        return magnitude.shape.SequenceEqual([projection.Outputs])
            ? magnitude.to(projection.Device)
            : throw new CheckpointException($"{folder.Directory}: tensor {name} has shape [{string.Join(", ", magnitude.shape)}], but on this base [{projection.Outputs}] is wanted.");
    }

    private static IEnumerable<Linear> Targets(DecoderModel model, AdapterConfig config)
    {
        Linear[] all = [.. model.Projections()];
        string[] strangers = [.. config.TargetModules.Where(t => !all.Any(p => AdapterConfig.Names(t, p.Name)))];
        if (strangers.Length > 0)
            throw new CheckpointException(
                $"target_modules names {string.Join(", ", strangers)}, which no projection of the model bears. It has {string.Join(", ", all.Select(p => p.Name.Split('.')[^1]).Distinct())}; \"all-linear\" takes them all.");
        return all.Where(p => config.Targets(p.Name));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (LoraPair pair in _pairs.Values)
            foreach (Tensor tensor in pair.Tensors)
                tensor.Dispose();
    }
}
