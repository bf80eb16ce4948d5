using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Quantization;
using Plumbline.Training.Experiments;
using Plumbline.Training.Recipes;
using TorchSharp;

namespace Plumbline.Training.Planning;

/// <summary>Bytes of a model's parts, from its shape alone.</summary>
internal static class ModelMemory
{
    /// <summary>Bytes of float32.</summary>
    public const long Wide = 4;

    /// <summary>Bytes of a page of 32 cached tokens in one layer and head, by <see cref="CacheTokens"/>.</summary>
    private const long CacheTokens = 32, CacheLanes = 16;

    /// <summary>Weights of the embedding and, where it is one of its own, the head.</summary>
    public static long Vocabulary(ModelConfig config) =>
        (long)config.VocabSize * config.HiddenSize * (config.TieWordEmbeddings || config.IsSequenceClassification ? 1 : 2);

    /// <summary>Weights that are in no matrix: norms and biases.</summary>
    public static long Vectors(ModelConfig config) => FreshFolder.CountParameters(AsLanguageModel(config)) - (long)new ModelFlops(config).LinearWeights - Vocabulary(AsLanguageModel(config));

    /// <summary>Bytes of projections as they are held.</summary>
    public static long Projections(ModelConfig config, ModelPrecision precision) => (long)(new ModelFlops(config).LinearWeights * BytesPerWeight(config, precision));

    /// <summary>Bytes of embedding, head, norms and biases.</summary>
    public static long Rest(ModelConfig config, ModelPrecision precision) => Vocabulary(config) * Bytes(Held(config, precision)) + Vectors(config) * Bytes(precision.Computed);

    /// <summary>Numbers of an adapter.</summary>
    public static long Adapter(ModelConfig config, AdapterOptions adapter)
    {
        long width = config.HiddenSize, inner = config.IntermediateSize, queries = (long)config.NumAttentionHeads * config.HeadDim, keys = (long)config.NumKeyValueHeads * config.HeadDim;
        (string Name, long Ends)[] projections =
        [
            ("q_proj", width + queries), ("k_proj", width + keys), ("v_proj", width + keys), ("o_proj", queries + width),
            ("gate_proj", width + inner), ("up_proj", width + inner), ("down_proj", inner + width),
        ];
        return config.NumHiddenLayers * adapter.R * projections.Where(p => Adapts(adapter, p.Name)).Sum(p => p.Ends);
    }

    /// <summary>Bytes of cached keys and values: prompts once, a completion a row, in whole pages.</summary>
    public static long Cache(ModelConfig config, ModelPrecision precision, int prompts, int promptTokens, int rows, int completionTokens)
    {
        long layersAndHeads = (long)config.NumHiddenLayers * config.NumKeyValueHeads;
        if (precision.Computed != torch.ScalarType.Float32)
            return rows * (long)(promptTokens + completionTokens) * 2 * config.HeadDim * layersAndHeads * Bytes(precision.Computed);
        static long Pages(int tokens) => (tokens + CacheTokens - 1) / CacheTokens;
        long lanes = config.HeadDim + (config.HeadDim + CacheLanes - 1) / CacheLanes * CacheLanes;
        return (prompts * Pages(promptTokens) + rows * Pages(completionTokens)) * CacheTokens * lanes * layersAndHeads * Wide;
    }

    /// <summary>The type of matrices in memory.</summary>
    public static torch.ScalarType Held(ModelConfig config, ModelPrecision precision) => precision.Held ?? config.DType switch
    {
        "bfloat16" => torch.ScalarType.BFloat16,
        "float16" => torch.ScalarType.Float16,
        _ => torch.ScalarType.Float32,
    };

    /// <summary>Bytes of a number.</summary>
    public static long Bytes(torch.ScalarType type) => type switch
    {
        torch.ScalarType.Float64 => 8,
        torch.ScalarType.Float32 => 4,
        _ => 2,
    };

    /// <summary>Whether projections are unpacked or widened inside their products.</summary>
    public static bool Widens(ModelConfig config, ModelPrecision precision) => precision.Quantization != QuantizationType.None || Held(config, precision) != precision.Computed;

    private static double BytesPerWeight(ModelConfig config, ModelPrecision precision) =>
        precision.Quantization == QuantizationType.None ? Bytes(Held(config, precision)) : QuantizedFolder.BytesPerWeight(precision.Quantization);

    private static bool Adapts(AdapterOptions adapter, string projection) => adapter.TargetModules.Any(target => target == "all-linear" || target == projection || target.EndsWith("." + projection, StringComparison.Ordinal));

    private static ModelConfig AsLanguageModel(ModelConfig config) =>
        config.IsSequenceClassification ? config with { Architecture = config.Architecture.Replace("ForSequenceClassification", "ForCausalLM", StringComparison.Ordinal), TieWordEmbeddings = true } : config;
}
