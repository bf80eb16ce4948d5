using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Checkpoints.Families;
using Plumbline.Models.Quantization;
using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>A decoder-only language model: the same modules sample with a cache and train with gradients.</summary>
/// <remarks>Not thread-safe. Owns its weights; <see cref="Activate"/> borrows an adapter.</remarks>
public sealed class DecoderModel : IDisposable
{
    private readonly DecoderLayer[] _layers;
    private readonly Norm _norm;
    private readonly RotaryEmbedding _rotary;
    private readonly Tensor? _untiedHead;

    private DecoderModel(ModelConfig config, WeightSource weights, ModelPrecision? precision = null)
    {
        Config = config;
        Precision = precision ?? ModelPrecision.Trained;
        ModuleNames names = ModuleNames.Of(config);
        Input = new InputEmbedding(config, weights);
        _layers = [.. Enumerable.Range(0, config.NumHiddenLayers).Select(i => new DecoderLayer(config, i, weights))];
        _norm = weights.Norm(names.FinalNorm, config.HiddenSize, config);
        if (!config.TieWordEmbeddings && !config.IsSequenceClassification)
            _untiedHead = weights.Matrix(names.Head + ".weight", config.VocabSize, config.HiddenSize);
        _rotary = new RotaryEmbedding(config);
    }

    /// <summary>The model's shape.</summary>
    public ModelConfig Config { get; }

    /// <summary>How the weights are held, and the type of hidden states and logits.</summary>
    public ModelPrecision Precision { get; }

    /// <summary>The token embedding, (V, width).</summary>
    public Tensor Embedding => Input.Tokens;

    /// <summary>The output head, (V, width); the embedding itself where they are tied.</summary>
    public Tensor Head => _untiedHead ?? Embedding;

    /// <summary>The adapter whose share every projection adds; null when off.</summary>
    public LoraAdapter? ActiveAdapter { get; private set; }

    /// <summary>Whether norms run as one operation, and adapters merged, where they can; false runs the plain operations, to compare with.</summary>
    public bool Fused
    {
        get => _norm.Fused;
        set
        {
            _norm.Fused = value;
            foreach (DecoderLayer layer in _layers)
                layer.Fuse(value);
        }
    }

    /// <summary>Reads a Hugging Face folder.</summary>
    /// <param name="folder">The folder, which may be closed afterwards.</param>
    /// <param name="precision">How to hold and compute; null for float32 that can be trained.</param>
    /// <param name="device">Where it shall live; null for the CPU.</param>
    /// <exception cref="CheckpointException">The folder is no model of a supported family, or its tensors do not fit its configuration.</exception>
    public static DecoderModel Load(CheckpointFolder folder, ModelPrecision? precision = null, torch.Device? device = null) =>
        Load(folder, folder.Config, precision, device);

    /// <summary>Reads a folder's weights into the shape of <paramref name="config"/>: a language model's trunk for a classifier, say.</summary>
    internal static DecoderModel Load(CheckpointFolder folder, ModelConfig config, ModelPrecision? precision = null, torch.Device? device = null)
    {
        using WeightSource weights = WeightSource.Of(folder, precision ?? ModelPrecision.Trained, device);
        return new DecoderModel(config, weights, precision);
    }

    /// <summary>A model without memory for its weights: their names, shapes and order alone.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="seen">Told of every weight and of what a fresh one is filled with.</param>
    internal static DecoderModel Outline(ModelConfig config, Action<string, WeightInit> seen) => new(config, WeightSource.Outline(seen));

    /// <summary>A model of fresh weights, float32; the same seed gives the same weights on every device.</summary>
    public static DecoderModel Create(ModelConfig config, long seed, torch.Device? device = null) => new(config, WeightSource.Random(config.InitializerRange, seed, device), new ModelPrecision(torch.get_default_dtype(), torch.get_default_dtype()));

    /// <summary>Runs rows of tokens to the last hidden state, after the final norm.</summary>
    /// <param name="ids">int64, (B, T). With a cache: the new tokens only.</param>
    /// <param name="positions">int64, (B, T): each token's place in its row; null for cache length + 0..T−1 in all rows.</param>
    /// <param name="present">False where a token (cached ones included) is padding, bool, (B, cache length + T); null for no padding, or padding on the right, which causality hides.</param>
    /// <param name="cache">Read and filled; null in training.</param>
    /// <returns>(B, T, width), in the caller's dispose scope.</returns>
    public Tensor Hidden(Tensor ids, Tensor? positions = null, Tensor? present = null, TokenCache? cache = null)
    {
        Tensor x = Input.Forward(ids, positions, cache?.Length ?? 0);
        // As transformers' padding_idx: looking the filler up teaches it nothing.
        if (present is not null && Config.PadTokenId is { } pad && torch.is_grad_enabled())
            x = torch.where(ids.eq(pad).unsqueeze(2), x.detach(), x);
        DecoderPass pass = Pass(x, positions, present, cache);
        foreach (DecoderLayer layer in _layers)
        {
            // With a cache no gradient is wanted, and a layer's temporaries can go at once.
            if (cache is null)
            {
                x = layer.Forward(x, pass);
                continue;
            }
            using var scope = torch.NewDisposeScope();
            x = layer.Forward(x, pass).MoveToOuterDisposeScope();
        }
        cache?.Advance(ids.shape[1]);
        return _norm.Forward(x);
    }

    /// <summary>What enters the first layer.</summary>
    internal InputEmbedding Input { get; }

    /// <summary>The layers in order, for a pass that runs them one at a time.</summary>
    internal IReadOnlyList<DecoderLayer> Layers => _layers;

    /// <summary>The norm after the last layer.</summary>
    internal Norm FinalNorm => _norm;

    /// <summary>The rotations that all layers share.</summary>
    internal RotaryEmbedding Rotary => _rotary;

    /// <summary>What the layers share when they run over <paramref name="x"/>, (B, T, width); the rest as <see cref="Hidden"/> takes it.</summary>
    internal DecoderPass Pass(Tensor x, Tensor? positions = null, Tensor? present = null, TokenCache? cache = null)
    {
        long t = x.shape[1], past = cache?.Length ?? 0;
        (Tensor cosine, Tensor sine) = positions is null
            ? _rotary.Range(past, t, x)
            : _rotary.At(positions, past + t - 1, x);
        return new DecoderPass(cosine, sine,
            AttentionMask.Create(t, past + t, present, null, x.device),
            Config.SlidingWindow is { } window ? AttentionMask.Create(t, past + t, present, window, x.device) : null,
            present is not null, cache);
    }

    /// <summary>The same for a window of tokens, x (B, T, width), behind others.</summary>
    internal DecoderPass Pass(Tensor x, WindowKeys earlier)
    {
        long t = x.shape[1], keys = earlier.Start + t;
        (Tensor cosine, Tensor sine) = _rotary.Range(earlier.Start, t, x);
        return new DecoderPass(cosine, sine,
            AttentionMask.Create(t, keys, null, null, x.device),
            Config.SlidingWindow is { } window ? AttentionMask.Create(t, keys, null, window, x.device) : null,
            Padded: false, Cache: null)
        {
            Window = earlier,
        };
    }

    /// <summary>The same over rows that share prompts, x (1, <see cref="SharedPrefix.Tokens"/>, width).</summary>
    internal DecoderPass Pass(Tensor x, SharedPrefix prefix)
    {
        (Tensor cosine, Tensor sine) = _rotary.At(prefix.Positions, prefix.LastPosition, x);
        return new DecoderPass(cosine, sine, prefix.Mask(null), Config.SlidingWindow is { } window ? prefix.Mask(window) : null, Padded: false, Cache: null)
        {
            Prefix = prefix,
            PromptSlidingMask = Config.SlidingWindow is { } width ? AttentionMask.Create(prefix.PromptLength, prefix.PromptLength, null, width, x.device) : null,
        };
    }

    /// <summary>(..., width) to logits (..., V).</summary>
    public Tensor Logits(Tensor hidden) => Softcap.Apply(HeldProduct.Linear(hidden, Head), Config.Variant.FinalLogitSoftcapping);

    /// <summary>The projections of all layers, which adapters may attach to, in the checkpoint's order.</summary>
    public IEnumerable<Linear> Projections() => _layers.SelectMany(l => l.Projections());

    /// <summary>All matrices of all layers, those of experts included, in the checkpoint's order.</summary>
    internal IEnumerable<Linear> Matrices() => _layers.SelectMany(l => l.Matrices());

    /// <summary>Switches to <paramref name="adapter"/>, or to the bare base when null. The adapter stays its owner's.</summary>
    public void Activate(LoraAdapter? adapter)
    {
        foreach (Linear projection in Projections())
            projection.Adapter = adapter?.For(projection.Name);
        ActiveAdapter = adapter;
    }

    /// <summary>Every weight by its checkpoint name.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> NamedParameters()
    {
        foreach (KeyValuePair<string, Tensor> parameter in Input.NamedParameters().Concat(_layers.SelectMany(l => l.NamedParameters())).Concat(_norm.NamedParameters()))
            yield return parameter;
        if (_untiedHead is not null)
            yield return new(ModuleNames.Of(Config).Head + ".weight", _untiedHead);
    }

    /// <summary>Number of weights, whatever bits they are held in; tied ones count once.</summary>
    public long ParameterCount => NamedParameters().Sum(p => p.Value.numel())
        + Matrices().Where(p => p.Packed is not null).Sum(p => p.Outputs * p.Inputs - p.Packed!.Tensors(p.Name).Sum(t => t.Value.numel()));

    /// <summary>Widens weights that are held in few bits, for good, so that they can be written to or saved.</summary>
    public void Unpack()
    {
        foreach (Linear matrix in Matrices())
            matrix.Unpack(Precision.Computed);
    }

    /// <summary>Says whether the weights themselves are trained.</summary>
    public void RequireGradients(bool trained)
    {
        foreach (KeyValuePair<string, Tensor> parameter in NamedParameters())
            parameter.Value.requires_grad_(trained);
    }

    /// <summary>A frozen copy with weights of its own; adapters are not copied.</summary>
    public DecoderModel Clone()
    {
        Dictionary<string, Tensor> mine = NamedParameters().ToDictionary();
        return new DecoderModel(Config, WeightSource.CopyOf(mine, Precision.Computed), Precision);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Input.Dispose();
        foreach (DecoderLayer layer in _layers)
            layer.Dispose();
        _norm.Dispose();
        _untiedHead?.Dispose();
        _rotary.Dispose();
    }
}
