using System.Text.Json.Nodes;
using TorchSharp;

namespace Plumbline.Models.Checkpoints;

/// <summary>Writes model folders of random weights, without ever holding the whole model.</summary>
public static class FreshFolder
{
    /// <summary>Writes configuration and weights into a folder that has no model yet; the tokenizer is the caller's to add.</summary>
    /// <remarks>Weights over 5 GB are split; one file's weights are in memory at a time. The same seed gives the same weights, rounded to each type.</remarks>
    /// <param name="directory">The folder; made if it is missing.</param>
    /// <param name="config">The shape of a language model.</param>
    /// <param name="seed">Seed of the weights.</param>
    /// <returns>Number of parameters, and bytes of weights.</returns>
    /// <exception cref="CheckpointException">The folder holds a model already, the configuration is no language model's, or the disk is full.</exception>
    public static (long Parameters, long Bytes) Write(string directory, ModelConfig config, long seed) =>
        Write(directory, config, seed, CheckpointFolderWriter.MaxShardBytes);

    /// <summary>The number of parameters of a configuration; tied weights count once.</summary>
    /// <param name="config">The shape of a language model.</param>
    public static long CountParameters(ModelConfig config) => FreshWeight.Of(config).Sum(weight => weight.Elements);

    internal static (long Parameters, long Bytes) Write(string directory, ModelConfig config, long seed, long maxShardBytes)
    {
        if (config.IsSequenceClassification)
            throw new CheckpointException($"{config.Architecture} scores, it does not write; a fresh folder is a language model. Name a ...ForCausalLM architecture.");
        if (File.Exists(directory) || Occupied(directory))
            throw new CheckpointException($"{directory} holds files already, which a fresh model would be mixed with. Name a new or empty folder.");
        torch.ScalarType dtype = SafetensorsTypes.FromConfig(config.DType)
            ?? throw new CheckpointException($"dtype is \"{config.DType}\", but only float32, float16 and bfloat16 can be stored.");
        JsonObject json = ModelConfigFile.ToJson(config);
        List<List<(FreshWeight Weight, int Index)>> shards = Split([.. FreshWeight.Of(config).Index().Select(w => (w.Item, w.Index))], SafetensorsTypes.SizeOf(dtype), maxShardBytes);
        using var staged = new StagedFiles();
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((int shard, List<(FreshWeight Weight, int Index)> weights) in shards.Index())
        {
            string name = CheckpointFolderWriter.ShardName(shard, shards.Count);
            using var scope = torch.NewDisposeScope();
            SafetensorsWriter.Stage(staged, Path.Combine(directory, name),
                [.. weights.Select(w => KeyValuePair.Create(w.Weight.Name, w.Weight.Make(config.InitializerRange, seed, w.Index, dtype)))], metadata: null, storeAs: dtype);
            foreach ((FreshWeight weight, _) in weights)
                places.Add(weight.Name, name);
        }
        long parameters = CountParameters(config), bytes = parameters * SafetensorsTypes.SizeOf(dtype);
        if (shards.Count > 1)
            JsonFile.Stage(staged, Path.Combine(directory, CheckpointFolder.IndexName), ShardIndex.Write(places, bytes));
        JsonFile.Stage(staged, Path.Combine(directory, ModelConfigFile.Name), json);
        JsonFile.Stage(staged, Path.Combine(directory, ModelConfigFile.GenerationName), CheckpointFolderWriter.Generation(config));
        staged.Commit();
        return (parameters, bytes);
    }

    private static bool Occupied(string directory) => Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any();

    private static List<List<(FreshWeight, int)>> Split(IReadOnlyList<(FreshWeight Weight, int Index)> weights, int elementSize, long maxShardBytes)
    {
        List<List<(FreshWeight, int)>> shards = [[]];
        long size = 0;
        foreach ((FreshWeight Weight, int Index) item in weights)
        {
            long bytes = item.Weight.Elements * elementSize;
            if (size + bytes > maxShardBytes && shards[^1].Count > 0)
            {
                shards.Add([]);
                size = 0;
            }
            shards[^1].Add(item);
            size += bytes;
        }
        return shards;
    }
}
