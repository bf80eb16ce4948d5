using Plumbline.Models.Checkpoints;
using Plumbline.Models.Quantization;
using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>How a model's weights are held, and the type it computes in.</summary>
/// <remarks>
/// Matrices (projections, embedding, head) are held in <paramref name="Held"/>, the projections of a quantised model in fewer bits; norms and biases, which are small,
/// in <paramref name="Computed"/>. Where the two differ, a matrix is widened some rows at a time inside its products: the model then is exactly the one whose weights
/// were rounded. Adapters and optimizer state are float32 whatever these are; norms, softmax and log-softmax are computed in float32 or wider.
/// </remarks>
/// <param name="Held">The type of matrices in memory; null for each one's own in the file.</param>
/// <param name="Computed">The type of hidden states and products.</param>
/// <param name="Quantization">The bits of the projections, where the file does not hold them in few bits already.</param>
/// <param name="Frozen">Whether no weight will be written to: then matrices that the file holds in their type are used from the file's own memory.</param>
public sealed record ModelPrecision(
    torch.ScalarType? Held = torch.ScalarType.Float32, torch.ScalarType Computed = torch.ScalarType.Float32, QuantizationType Quantization = QuantizationType.None, bool Frozen = false)
{
    /// <summary>Weights that are trained: float32 throughout.</summary>
    public static ModelPrecision Trained { get; } = new();

    /// <summary>Weights to be written anew: held as they lie in the folder, read in the type that its configuration names.</summary>
    public static ModelPrecision Stored(CheckpointFolder folder) => new(null, SafetensorsTypes.FromConfig(folder.Config.DType) ?? torch.ScalarType.Float32, Frozen: true);

    /// <summary>Weights that are not: as a user's words say.</summary>
    /// <remarks>A CPU computes in float32 whatever is held: its products in 16 bits are slower. A GPU computes in the type that is held.</remarks>
    /// <param name="folder">The model.</param>
    /// <param name="dtype">The type of matrices.</param>
    /// <param name="quantization">The bits of projections.</param>
    /// <param name="device">Where the model will run; null for the CPU.</param>
    /// <exception cref="CheckpointException">The folder holds projections in other few bits than are asked for.</exception>
    public static ModelPrecision OfFrozen(CheckpointFolder folder, ModelDType dtype, QuantizationType quantization, torch.Device? device)
    {
        QuantizationType stored = ModelConfigFile.QuantizationOf(folder.RawConfig);
        if (stored != QuantizationType.None && quantization != QuantizationType.None && quantization != stored)
            throw new CheckpointException(
                $"{folder.Directory} holds its projections in {stored.ToString().ToLowerInvariant()} already, and {quantization.ToString().ToLowerInvariant()} is asked for. Leave the quantization out, or name the model that the folder was made from.");
        return OfFrozen(dtype, quantization, device, folder.IsQuantized);
    }

    /// <summary>The same without a folder.</summary>
    /// <param name="dtype">The type of matrices.</param>
    /// <param name="quantization">The bits of projections.</param>
    /// <param name="device">Where the model will run; null for the CPU.</param>
    /// <param name="isQuantized">Whether the file holds projections in few bits already.</param>
    public static ModelPrecision OfFrozen(ModelDType dtype, QuantizationType quantization, torch.Device? device, bool isQuantized = false)
    {
        bool onCpu = device is null || device.type == DeviceType.CPU;
        torch.ScalarType? held = dtype switch
        {
            ModelDType.Float32 => torch.ScalarType.Float32,
            ModelDType.Bfloat16 => torch.ScalarType.BFloat16,
            ModelDType.Float16 => torch.ScalarType.Float16,
            _ when isQuantized || quantization != QuantizationType.None => null,
            _ => onCpu ? torch.ScalarType.Float32 : torch.ScalarType.BFloat16,
        };
        return new ModelPrecision(held, onCpu ? torch.ScalarType.Float32 : held ?? torch.ScalarType.BFloat16, quantization, Frozen: true);
    }
}
