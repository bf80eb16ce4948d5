using TorchSharp;

namespace Plumbline.Models.Checkpoints.Families;

/// <summary>How weights lie in a family's files, where that is not how the decoder holds them.</summary>
internal static class StoredLayout
{
    /// <summary>A weight as the decoder holds it, (out, in), in the caller's dispose scope.</summary>
    public static Tensor ToModel(ModelConfig config, string name, Tensor stored) =>
        IsTransposed(config, name, (int)stored.dim()) ? stored.t().contiguous() : stored;

    /// <summary>A weight as it is stored: a view, or the weight itself.</summary>
    public static Tensor ToStored(ModelConfig config, string name, Tensor weight) =>
        IsTransposed(config, name, (int)weight.dim()) ? weight.t() : weight;

    /// <summary>The stored shape of a weight whose shape in the decoder is given.</summary>
    public static long[] Shape(ModelConfig config, string name, long[] shape) =>
        IsTransposed(config, name, shape.Length) ? [shape[1], shape[0]] : shape;

    private static bool IsTransposed(ModelConfig config, string name, int dimensions) =>
        config.Variant.TransposedProjections && dimensions == 2 && name.StartsWith(ModuleNames.Of(config).Layers, StringComparison.Ordinal);
}
