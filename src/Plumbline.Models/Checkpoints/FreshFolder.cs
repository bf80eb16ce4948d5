using Plumbline.Models.Decoder;
using TorchSharp;

namespace Plumbline.Models.Checkpoints;

/// <summary>Writes model folders of random weights, without ever holding the whole model.</summary>
public static class FreshFolder
{
    /// <summary>Writes configuration and weights into a folder that has no model yet; the tokenizer is the caller's to add.</summary>
    /// <remarks>Weights over 5 GB are split; one weight is in memory at a time. The same seed gives the same weights, rounded to each type.</remarks>
    /// <param name="directory">The folder; made if it is missing.</param>
    /// <param name="config">The shape of a language model.</param>
    /// <param name="seed">Seed of the weights.</param>
    /// <returns>Number of parameters, and bytes of weights.</returns>
    /// <exception cref="CheckpointException">The folder holds a model already, the configuration is no language model's, or the disk is full.</exception>
    public static (long Parameters, long Bytes) Write(string directory, ModelConfig config, long seed) =>
        Write(directory, config, seed, CheckpointFolderWriter.MaxShardBytes);

    /// <summary>The number of parameters of a configuration; tied weights count once.</summary>
    /// <param name="config">The shape of a language model.</param>
    public static long CountParameters(ModelConfig config) => ModelOutline.Of(config).Parameters;

    internal static (long Parameters, long Bytes) Write(string directory, ModelConfig config, long seed, long maxShardBytes)
    {
        if (config.IsSequenceClassification)
            throw new CheckpointException($"{config.Architecture} scores, it does not write; a fresh folder is a language model. Name a ...ForCausalLM architecture.");
        if (File.Exists(directory) || Occupied(directory))
            throw new CheckpointException($"{directory} holds files already, which a fresh model would be mixed with. Name a new or empty folder.");
        torch.ScalarType dtype = SafetensorsTypes.FromConfig(config.DType)
            ?? throw new CheckpointException($"dtype is \"{config.DType}\", but only float32, float16 and bfloat16 can be stored.");
        CheckpointFolderWriter.Write(directory, config, FreshWeight.Of(config).Select((weight, index) => weight.ToPending(config.InitializerRange, seed, index, dtype)), rawConfig: null, maxShardBytes);
        long parameters = CountParameters(config);
        return (parameters, parameters * SafetensorsTypes.SizeOf(dtype));
    }

    private static bool Occupied(string directory) => Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any();
}
