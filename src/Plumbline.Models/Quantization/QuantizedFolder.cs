using System.Text.Json.Nodes;
using Plumbline.Models.Checkpoints;
using TorchSharp;

namespace Plumbline.Models.Quantization;

/// <summary>Writes model folders whose projections are in few bits, one file's weights in memory at a time.</summary>
/// <remarks>
/// Tensors and <c>quantization_config</c> are those of bitsandbytes' checkpoints, so that transformers loads the folder where bitsandbytes is installed. Embedding,
/// head, norms and biases keep the type they have.
/// </remarks>
public static class QuantizedFolder
{
    private const string Layers = ".layers.", Projection = "_proj.weight";

    /// <summary>Writes configuration and weights; the tokenizer is the caller's to add.</summary>
    /// <param name="source">A language model's folder.</param>
    /// <param name="directory">The new folder.</param>
    /// <param name="type">8 or 4 bits.</param>
    /// <returns>Bytes of weights before and after.</returns>
    /// <exception cref="CheckpointException">The source is quantised already, the new folder holds files, or the disk is full.</exception>
    public static (long Before, long After) Write(CheckpointFolder source, string directory, QuantizationType type) =>
        Write(source, directory, type, CheckpointFolderWriter.MaxShardBytes);

    internal static (long Before, long After) Write(CheckpointFolder source, string directory, QuantizationType type, long maxShardBytes)
    {
        PackedWeights.RequireKnown(source);
        if (source.IsQuantized)
            throw new CheckpointException($"{source.Directory} is quantised already. Name the model that it was made from.");
        if (File.Exists(directory) || (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any()))
            throw new CheckpointException($"{directory} holds files already, which a quantised model would be mixed with. Name a new or empty folder.");
        List<List<string>> shards = CheckpointFolderWriter.Split(
            source.Names, tensor => source.Entry(tensor) is var entry && Packs(entry) ? entry.Shape[0] * entry.Shape[1] * BytesPerWeight(type) : entry.ByteCount, maxShardBytes);
        using var staged = new StagedFiles();
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        long after = 0;
        for (int i = 0; i < shards.Count; i++)
        {
            using var scope = torch.NewDisposeScope();
            string name = CheckpointFolderWriter.ShardName(i, shards.Count);
            KeyValuePair<string, Tensor>[] tensors = [.. shards[i].SelectMany(tensor => Stored(source, tensor, type))];
            SafetensorsWriter.Stage(staged, Path.Combine(directory, name), [.. tensors.Select(PendingTensor.Of)]);
            foreach ((string tensor, Tensor value) in tensors)
            {
                places.Add(tensor, name);
                after += value.numel() * value.element_size();
                value.Dispose();
            }
        }
        if (shards.Count > 1)
            JsonFile.Stage(staged, Path.Combine(directory, CheckpointFolder.IndexName), ShardIndex.Write(places, after));
        JsonObject config = ModelConfigFile.ToJson(source.Config, source.RawConfig);
        config[ModelConfigFile.QuantizationKey] = Settings(type, source.Config.DType);
        JsonFile.Stage(staged, Path.Combine(directory, ModelConfigFile.Name), config);
        JsonFile.Stage(staged, Path.Combine(directory, ModelConfigFile.GenerationName), CheckpointFolderWriter.Generation(source.Config));
        staged.Commit();
        return (source.Names.Sum(name => source.Entry(name).ByteCount), after);
    }

    /// <summary>Whether a tensor of a checkpoint is packed: a matrix of a layer, named as a projection.</summary>
    internal static bool Packs(SafetensorsEntry entry) =>
        entry.Shape.Count == 2 && entry.Name.Contains(Layers, StringComparison.Ordinal) && entry.Name.EndsWith(Projection, StringComparison.Ordinal);

    private static IEnumerable<KeyValuePair<string, Tensor>> Stored(CheckpointFolder source, string name, QuantizationType type)
    {
        Tensor tensor = source.Read(name);
        if (!Packs(source.Entry(name)))
            return [new(name, tensor)];
        using (tensor)
            return PackedWeights.Quantize(tensor, type, null).Tensors(name[..^".weight".Length]);
    }

    /// <summary>Bytes that a packed weight takes, its scales included; what is the same for every matrix is left out.</summary>
    /// <param name="type">8 or 4 bits.</param>
    public static double BytesPerWeight(QuantizationType type) => type == QuantizationType.Int8 ? 1 : 0.5 + (1 + 4 / 256.0) / Nf4Kernel.BlockSize;

    private static JsonObject Settings(QuantizationType type, string dtype) => new()
    {
        ["quant_method"] = "bitsandbytes",
        ["load_in_8bit"] = type == QuantizationType.Int8,
        ["load_in_4bit"] = type == QuantizationType.Nf4,
        ["bnb_4bit_quant_type"] = "nf4",
        ["bnb_4bit_use_double_quant"] = true,
        ["bnb_4bit_compute_dtype"] = dtype,
        ["bnb_4bit_quant_storage"] = "uint8",
        ["llm_int8_threshold"] = JsonFile.Float(6),
        ["llm_int8_skip_modules"] = null,
        ["llm_int8_has_fp16_weight"] = false,
        ["llm_int8_enable_fp32_cpu_offload"] = false,
    };
}
