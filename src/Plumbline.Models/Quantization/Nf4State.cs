using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Models.Checkpoints;
using TorchSharp;

namespace Plumbline.Models.Quantization;

/// <summary>What bitsandbytes keeps of a 4-bit weight beside its tensors: a JSON object as a tensor of bytes.</summary>
/// <param name="Rows">Outputs.</param>
/// <param name="Columns">Inputs.</param>
/// <param name="BlockSize">Weights that share a scale.</param>
/// <param name="Offset">What is added to scales in 8 bits; null where they are float32.</param>
/// <param name="DType">The type of the weight before.</param>
internal sealed record Nf4State(long Rows, long Columns, int BlockSize, double? Offset, string DType)
{
    /// <summary>The name of the tensor, behind the module's.</summary>
    public const string Name = ".weight.quant_state.bitsandbytes__nf4";

    /// <summary>The same for the other 4-bit type, which is not supported.</summary>
    public const string OtherName = ".weight.quant_state.bitsandbytes__fp4";

    /// <exception cref="CheckpointException">The tensor holds no such object.</exception>
    public static Nf4State Parse(string name, Tensor bytes)
    {
        try
        {
            JsonObject json = JsonNode.Parse(bytes.bytes)!.AsObject();
            JsonArray shape = json["shape"]!.AsArray();
            var state = new Nf4State((long)shape[0]!, (long)shape[1]!, (int)json["blocksize"]!, (double?)json["nested_offset"], (string?)json["dtype"] ?? "float32");
            if (shape.Count != 2 || (int?)json["nested_blocksize"] is not (null or 256) || state.Rows < 1 || state.Columns < 1 || state.BlockSize < 2 || state.BlockSize % 2 != 0 || state.Rows > long.MaxValue / state.Columns)
                throw new FormatException($"shape {json["shape"]!.ToJsonString()}, blocksize {state.BlockSize}");
            return state;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException or NullReferenceException or OverflowException or ArgumentException)
        {
            throw new CheckpointException($"tensor {name} should hold JSON with shape, blocksize and nested_offset, but cannot be read so: {fault.Message}. Download the folder again.", fault);
        }
    }

    /// <summary>The object as bitsandbytes writes it, uint8, (bytes).</summary>
    public Tensor ToTensor()
    {
        var json = new JsonObject { ["quant_type"] = "nf4", ["blocksize"] = BlockSize, ["dtype"] = DType, ["shape"] = new JsonArray(Rows, Columns) };
        if (Offset is { } offset)
        {
            json["nested_blocksize"] = 256;
            json["nested_dtype"] = "float32";
            json["nested_offset"] = offset;
        }
        return torch.tensor(JsonSerializer.SerializeToUtf8Bytes(json));
    }
}
