using System.Globalization;
using Plumbline.Models.Checkpoints.Families;

namespace Plumbline.Models.Checkpoints;

/// <summary>The shape of a decoder in a few words, for folders of fresh weights.</summary>
/// <remarks>Sources of the named shapes: 15m is stories15M of llama2.c (Karpathy 2023); qwen2.5-*, qwen3-* and llama3.2-* are the config.json of those models, but for Llama's scaling of rotary wavelengths.</remarks>
public sealed record ModelShape
{
    private const int MaxLayers = 4096;

    private static readonly Dictionary<string, ModelShape> Named = new(StringComparer.OrdinalIgnoreCase)
    {
        ["tiny"] = new() { Width = 128, Layers = 4, Heads = 4, KeyValueHeads = 2, FeedForward = 352, Vocabulary = 1024, Tied = true },
        ["15m"] = new() { Width = 288, Layers = 6, Heads = 6, KeyValueHeads = 6, FeedForward = 768, Vocabulary = 32000, Tied = true },
        ["qwen2.5-0.5b"] = Qwen() with { Width = 896, Layers = 24, Heads = 14, KeyValueHeads = 2, FeedForward = 4864, Vocabulary = 151936, Tied = true, Context = 32768 },
        ["qwen2.5-1.5b"] = Qwen() with { Width = 1536, Layers = 28, Heads = 12, KeyValueHeads = 2, FeedForward = 8960, Vocabulary = 151936, Tied = true },
        ["qwen2.5-3b"] = Qwen() with { Width = 2048, Layers = 36, Heads = 16, KeyValueHeads = 2, FeedForward = 11008, Vocabulary = 151936, Tied = true, Context = 32768 },
        ["qwen2.5-7b"] = Qwen() with { Width = 3584, Layers = 28, Heads = 28, KeyValueHeads = 4, FeedForward = 18944, Vocabulary = 152064 },
        ["qwen2.5-14b"] = Qwen() with { Width = 5120, Layers = 48, Heads = 40, KeyValueHeads = 8, FeedForward = 13824, Vocabulary = 152064, RmsNormEps = 1e-5 },
        ["qwen2.5-32b"] = Qwen() with { Width = 5120, Layers = 64, Heads = 40, KeyValueHeads = 8, FeedForward = 27648, Vocabulary = 152064, RmsNormEps = 1e-5 },
        ["qwen3-0.6b"] = Qwen() with { Family = "qwen3", Width = 1024, Layers = 28, Heads = 16, KeyValueHeads = 8, HeadDim = 128, FeedForward = 3072, Vocabulary = 151936, Tied = true, Context = 40960 },
        ["llama3.2-1b"] = Llama() with { Width = 2048, Layers = 16, Heads = 32, KeyValueHeads = 8, FeedForward = 8192 },
        ["llama3.2-3b"] = Llama() with { Width = 3072, Layers = 28, Heads = 24, KeyValueHeads = 8, FeedForward = 8192 },
    };

    private static readonly string[] Keys = ["width", "layers", "heads", "kv_heads", "head_dim", "ffn", "vocab", "context", "rope_theta", "tied"];

    /// <summary>Names that <see cref="Parse"/> knows.</summary>
    public static IReadOnlyCollection<string> Names => Named.Keys;

    /// <summary>Families that <see cref="ToConfig"/> knows.</summary>
    public static IReadOnlyList<string> Families => ModelFamilies.ModelTypes;

    /// <summary>The family that the shape was published in, one of <see cref="Families"/>.</summary>
    public string Family { get; init; } = "qwen2";

    /// <summary>Width of the residual stream.</summary>
    public required int Width { get; init; }

    /// <summary>Number of layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Key and value heads; divides <see cref="Heads"/>.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Size of one head; 0 shares <see cref="Width"/> out evenly.</summary>
    public int HeadDim { get; init; }

    /// <summary>Width of the feed-forward layer.</summary>
    public required int FeedForward { get; init; }

    /// <summary>Rows of the embedding.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Longest text, in tokens.</summary>
    public int Context { get; init; } = 2048;

    /// <summary>Base of the rotary wavelengths.</summary>
    public double RopeTheta { get; init; } = 10000;

    /// <summary>Added to the mean square in RMSNorm.</summary>
    public double RmsNormEps { get; init; } = 1e-6;

    /// <summary>Whether the output head is the embedding.</summary>
    public bool Tied { get; init; }

    /// <summary>Reads a named shape, a list <c>width=288,layers=6,...</c>, or a name followed by changes: <c>15m,layers=2</c>.</summary>
    /// <remarks>Without a name, width, layers and heads must be given; kv_heads is heads, ffn eight thirds of the width rounded up to a multiple of 32, vocab 32000, tied true.</remarks>
    /// <param name="text">The shape.</param>
    /// <exception cref="CheckpointException">A name or key is unknown, or values make no sense: all faults are named at once.</exception>
    public static ModelShape Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<string> faults = [];
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        ModelShape? named = null;
        foreach ((int at, string part) in text.Split(',', StringSplitOptions.TrimEntries).Index())
            if (part.Split('=', 2, StringSplitOptions.TrimEntries) is [var key, var value])
            {
                if (!Keys.Contains(key))
                    faults.Add($"'{key}' is no key of a shape. The keys are {string.Join(", ", Keys)}.");
                else if (!values.TryAdd(key, value))
                    faults.Add($"{key} is given twice.");
            }
            else if (at > 0 || !Named.TryGetValue(part, out named))
                faults.Add($"'{part}' is no shape. Name one of {string.Join(", ", Names)}, or write width=288,layers=6,heads=6 and so on.");
        if (faults.Count == 0)
        {
            ModelShape shape = Read(named, values, faults);
            if (faults.Count == 0)
                faults.AddRange(shape.Faults());
            if (faults.Count == 0)
                return shape;
        }
        throw new CheckpointException($"The shape '{text}' cannot be: {string.Join("\n", faults)}");
    }

    /// <summary>The configuration of a language model of this shape, without special tokens.</summary>
    /// <param name="family">One of <see cref="Families"/>, null for <see cref="Family"/>; it decides on biases, norms and whatever else its models have.</param>
    /// <param name="dtype"><c>float32</c>, <c>float16</c> or <c>bfloat16</c>: how weights are stored.</param>
    /// <exception cref="CheckpointException">The family or the type is not supported, or the family cannot have this shape.</exception>
    public ModelConfig ToConfig(string? family = null, string dtype = "float32")
    {
        family ??= Family;
        IModelFamily known = ModelFamilies.ByModelType(family)
            ?? throw new CheckpointException($"The family '{family}' is not supported. Supported are {string.Join(", ", Families)}.");
        if (SafetensorsTypes.FromConfig(dtype) is null)
            throw new CheckpointException($"dtype is '{dtype}', but weights are stored as float32, float16 or bfloat16.");
        return known.Shape(new ModelConfig
        {
            ModelType = known.ModelType,
            Architecture = known.Architectures[0],
            VocabSize = Vocabulary,
            HiddenSize = Width,
            IntermediateSize = FeedForward,
            NumHiddenLayers = Layers,
            NumAttentionHeads = Heads,
            NumKeyValueHeads = KeyValueHeads,
            HeadDim = HeadDim > 0 ? HeadDim : Width / Heads,
            MaxPositionEmbeddings = Context,
            RmsNormEps = RmsNormEps,
            TieWordEmbeddings = Tied,
            Rope = new RopeConfig { Theta = RopeTheta },
            DType = dtype,
        });
    }

    private static ModelShape Qwen() =>
        new() { Width = 0, Layers = 0, Heads = 0, KeyValueHeads = 0, FeedForward = 0, Vocabulary = 0, Context = 131072, RopeTheta = 1e6 };

    private static ModelShape Llama() =>
        new() { Family = "llama", Width = 0, Layers = 0, Heads = 0, KeyValueHeads = 0, FeedForward = 0, Vocabulary = 128256, Context = 131072, RopeTheta = 5e5, RmsNormEps = 1e-5, Tied = true };

    private static ModelShape Read(ModelShape? named, Dictionary<string, string> values, List<string> faults)
    {
        int Whole(string key, int? otherwise)
        {
            if (!values.TryGetValue(key, out string? value))
            {
                if (otherwise is null)
                    faults.Add($"{key} is missing. Give at least width, layers and heads, or begin with a name: {string.Join(", ", Names)}.");
                return otherwise ?? 1;
            }
            if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1)
                return number;
            faults.Add($"{key} is '{value}', but must be a whole number of 1 or more.");
            return 1;
        }
        double theta = named?.RopeTheta ?? 10000;
        if (values.TryGetValue("rope_theta", out string? given) && !(double.TryParse(given, NumberStyles.Float, CultureInfo.InvariantCulture, out theta) && double.IsFinite(theta) && theta > 0))
            faults.Add($"rope_theta is '{given}', but must be a number above 0. Usual values are 10000 to 1000000.");
        bool tied = named?.Tied ?? true;
        if (values.TryGetValue("tied", out given) && !bool.TryParse(given, out tied))
            faults.Add($"tied is '{given}', but must be true or false.");
        int width = Whole("width", named?.Width), heads = Whole("heads", named?.Heads);
        return new ModelShape
        {
            Family = named?.Family ?? "qwen2",
            Width = width,
            Layers = Whole("layers", named?.Layers),
            Heads = heads,
            KeyValueHeads = Whole("kv_heads", named?.KeyValueHeads ?? heads),
            HeadDim = values.ContainsKey("head_dim") ? Whole("head_dim", null) : named?.HeadDim ?? 0,
            FeedForward = Whole("ffn", named?.FeedForward ?? (int)Math.Min(int.MaxValue, (width * 8L / 3 + 31) / 32 * 32)),
            Vocabulary = Whole("vocab", named?.Vocabulary ?? 32000),
            Context = Whole("context", named?.Context ?? 2048),
            RopeTheta = theta,
            RmsNormEps = named?.RmsNormEps ?? 1e-6,
            Tied = tied,
        };
    }

    private IEnumerable<string> Faults()
    {
        if (HeadDim == 0 && Width % (2L * Heads) != 0)
            yield return $"width is {Width}, but each of {Heads} heads needs the same even share of it. Make it a multiple of {2L * Heads}, or give head_dim.";
        if (HeadDim % 2 != 0)
            yield return $"head_dim is {HeadDim}, but rotary embeddings need an even one.";
        if (Heads % KeyValueHeads != 0)
            yield return $"kv_heads is {KeyValueHeads}, but the {Heads} heads must share them evenly. Make it a divisor of heads.";
        if (Layers > MaxLayers)
            yield return $"layers is {Layers}, but at most {MaxLayers} can be read back.";
        if ((long)Heads * HeadDim > int.MaxValue)
            yield return $"head_dim is {HeadDim}, which {Heads} heads cannot have.";
    }
}
