using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Quantization;
using TorchSharp;

namespace Plumbline.Training.Planning;

/// <summary>Bytes of a model's parts, from its shape alone.</summary>
internal static class ModelMemory
{
    /// <summary>Bytes of float32.</summary>
    public const long Wide = 4;

    /// <summary>Bytes of a page of 32 cached tokens in one layer and head, by <see cref="CacheTokens"/>.</summary>
    private const long CacheTokens = 32, CacheLanes = 16;

    /// <summary>Bytes of projections as they are held.</summary>
    public static long Projections(ModelConfig config, ModelPrecision precision) => (long)(ModelOutline.Of(config).ProjectionWeights * BytesPerWeight(config, precision));

    /// <summary>Bytes of embedding, head, norms and biases.</summary>
    public static long Rest(ModelConfig config, ModelPrecision precision)
    {
        ModelOutline outline = ModelOutline.Of(config);
        return outline.Vocabulary * Bytes(Held(config, precision)) + outline.Vectors * Bytes(precision.Computed);
    }

    /// <summary>Numbers of an adapter.</summary>
    public static long Adapter(ModelConfig config, AdapterConfig adapter) => ModelOutline.Of(config).Projections
        .Where(p => p.IsAdaptable && adapter.Targets(p.Name))
        .Sum(p => adapter.RankOf(p.Name) * (p.Inputs + p.Outputs) + (adapter.UseDora ? p.Outputs : 0));

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
}
