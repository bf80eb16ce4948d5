using Plumbline.Engine.Segments;
using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Quantization;
using Plumbline.Models.Tokens;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rollouts;
using TorchSharp;

namespace Plumbline.Training.Policies;

/// <summary>The model being trained, with its frozen reference: the base with the adapter off, or a frozen copy in full fine-tuning.</summary>
/// <remarks>Owns model, adapter and reference. One thread.</remarks>
public sealed class Policy : IDisposable
{
    private readonly DecoderModel? _referenceCopy;

    private Policy(string source, CheckpointFolder folder, DecoderModel model, LoraAdapter? adapter, Tokenizer tokenizer, bool withReference)
    {
        (Source, Model, Adapter, Tokenizer) = (source, model, adapter, tokenizer);
        RawConfig = folder.RawConfig;
        model.RequireGradients(adapter is null);
        adapter?.Train(true);
        model.Activate(adapter);
        _referenceCopy = adapter is null && withReference ? model.Clone() : null;
        TrainableParameters = [.. adapter is null ? model.NamedParameters() : adapter.NamedParameters()];
    }

    /// <summary>The folder the base came from.</summary>
    public string Source { get; }

    /// <summary>The base model, the adapter active.</summary>
    public DecoderModel Model { get; }

    /// <summary>The trained adapter; null in full fine-tuning.</summary>
    public LoraAdapter? Adapter { get; }

    /// <summary>The base's tokenizer.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>Where its tensors live.</summary>
    public torch.Device Device => Model.Embedding.device;

    /// <summary>What its training passes keep.</summary>
    public ActivationOptions Activations { get; set; } = new();

    /// <summary>What a training pass costs. A frozen head sets no bound to its tokens.</summary>
    public PassLimits Limits => new(
        Adapter is null ? TokenLogProbs.TokensAtOnce(Model) : long.MaxValue,
        PassLimits.OverheadOf((double)Model.Projections().Sum(p => p.Outputs * p.Inputs) / Math.Max(1, Model.Config.NumHiddenLayers)));

    /// <summary>What is optimised, by checkpoint name.</summary>
    public IReadOnlyList<KeyValuePair<string, Tensor>> TrainableParameters { get; }

    /// <summary>Parameters in memory: base, adapter, and the frozen copy where there is one.</summary>
    public long ParametersHeld =>
        (_referenceCopy is null ? 1 : 2) * Model.ParameterCount + (Adapter?.NamedParameters().Sum(p => p.Value.numel()) ?? 0);

    private System.Text.Json.Nodes.JsonObject RawConfig { get; }

    /// <summary>Loads a base for training.</summary>
    /// <param name="directory">A Hugging Face folder with its tokenizer.</param>
    /// <param name="options">The adapter to train; null trains every weight.</param>
    /// <param name="adapterDirectory">A PEFT adapter to go on training, in place of a fresh one.</param>
    /// <param name="withReference">Whether <see cref="ReferenceLogProbs"/> will be called.</param>
    /// <param name="seed">Seed of a fresh adapter.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="dtype">The type in which the frozen base of an adapter is held.</param>
    /// <param name="quantization">In how many bits its projections are.</param>
    /// <exception cref="CheckpointException">The folder is no model, or the adapter is not for it.</exception>
    public static Policy Load(
        string directory, AdapterOptions? options, string? adapterDirectory, bool withReference, long seed, torch.Device? device = null,
        ModelDType dtype = ModelDType.Auto, QuantizationType quantization = QuantizationType.None)
    {
        using CheckpointFolder folder = CheckpointFolder.Open(directory);
        if (folder.Config.IsSequenceClassification)
            throw new CheckpointException($"{directory} is a {folder.Config.Architecture}: it scores, it does not write, so it cannot be a policy. Name a ...ForCausalLM folder, such as the base it was made from.");
        Tokenizer tokenizer = TokenizerFolder.Load(directory);
        tokenizer.RequireFits(folder.Config.VocabSize);
        bool adapted = options is not null || adapterDirectory is not null;
        if (!adapted && folder.IsQuantized)
            throw new CheckpointException($"{directory} is quantised, so its weights cannot be trained. Train an adapter over them (--set adapter={{}}), or name the model that it was made from.");
        DecoderModel model = DecoderModel.Load(folder, adapted ? ModelPrecision.OfFrozen(folder, dtype, quantization, device) : null, device);
        LoraAdapter? adapter = adapterDirectory is not null
            ? LoraAdapter.Load(model, adapterDirectory)
            : options is null ? null : LoraAdapter.Create(model, options.ToAdapterConfig(directory), seed);
        return new Policy(directory, folder, model, adapter, tokenizer, withReference);
    }

    /// <summary>Log-probabilities of completion tokens under the policy, ready for a backward pass.</summary>
    public TokenLogProbs Forward(TokenRows rows, double temperature = 1.0, bool entropies = false) =>
        TokenLogProbs.Forward(Model, rows, temperature, training: true, entropies, Activations);

    /// <summary>The same under the frozen reference, detached, (B, T), in the caller's dispose scope.</summary>
    /// <exception cref="InvalidOperationException">The policy was loaded without a reference.</exception>
    public Tensor ReferenceLogProbs(TokenRows rows, double temperature = 1.0)
    {
        if (Adapter is null && _referenceCopy is null)
            throw new InvalidOperationException("The policy was loaded without a reference.");
        Model.Activate(null);
        try
        {
            using TokenLogProbs reference = TokenLogProbs.Forward(_referenceCopy ?? Model, rows, temperature, activations: Activations);
            return reference.LogProbs.alias();
        }
        finally
        {
            Model.Activate(Adapter);
        }
    }

    /// <summary>Writes the trained weights, for <see cref="LoadState"/>.</summary>
    public void SaveState(string directory) => SafetensorsWriter.Write(Path.Combine(directory, "policy.safetensors"), TrainableParameters);

    /// <summary>Restores what <see cref="SaveState"/> wrote, bit for bit.</summary>
    public void LoadState(string directory) => WeightFile.CopyInto(TrainableParameters, Path.Combine(directory, "policy.safetensors"));

    /// <summary>Writes what the rest of the world loads: a PEFT adapter, or a Hugging Face model; with the tokenizer.</summary>
    public void Export(string directory)
    {
        Directory.CreateDirectory(directory);
        if (Adapter is not null)
            Adapter.Save(directory);
        else
            CheckpointFolder.WriteModel(directory, Model.Config, Model.NamedParameters(), RawConfig);
        Tokenizer.Save(directory);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Adapter?.Dispose();
        Model.Dispose();
        _referenceCopy?.Dispose();
    }
}
