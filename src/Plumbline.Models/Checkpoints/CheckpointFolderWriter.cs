using System.Globalization;
using System.Text.Json.Nodes;
using Plumbline.Models.Checkpoints.Families;
using TorchSharp;

namespace Plumbline.Models.Checkpoints;

/// <summary>Writes the files of a model folder.</summary>
internal static class CheckpointFolderWriter
{
    /// <summary>The size from which weights are split; transformers' classic limit, in bytes.</summary>
    public const long MaxShardBytes = 5_000_000_000;

    /// <param name="directory">The folder; made if it is missing.</param>
    /// <param name="config">The shape, and the type to store floating-point weights in.</param>
    /// <param name="tensors">Weights as the decoder holds them.</param>
    /// <param name="rawConfig">An earlier config.json whose unknown keys are kept; null for none.</param>
    /// <param name="maxShardBytes">The size from which weights are split.</param>
    public static void Write(string directory, ModelConfig config, IEnumerable<PendingTensor> tensors, JsonObject? rawConfig, long maxShardBytes = MaxShardBytes)
    {
        torch.ScalarType storeAs = SafetensorsTypes.FromConfig(config.DType)
            ?? throw new CheckpointException($"dtype is \"{config.DType}\", but only float32, float16 and bfloat16 can be stored.");
        JsonObject json = ModelConfigFile.ToJson(config, rawConfig);
        using var staged = new StagedFiles();
        HashSet<string> files = StageWeights(staged, directory, [.. tensors.Select(tensor => Stored(config, tensor.As(storeAs)))], maxShardBytes);
        JsonFile.Stage(staged, Path.Combine(directory, ModelConfigFile.Name), json);
        if (!config.IsSequenceClassification)
            JsonFile.Stage(staged, Path.Combine(directory, ModelConfigFile.GenerationName), Generation(config));
        staged.Commit();
        foreach (string stale in Stale(directory).Where(path => !files.Contains(Path.GetFileName(path))).ToArray())
            File.Delete(stale);
    }

    /// <summary>Cuts what is to be written into files none of which is larger than it may be, but for one that holds a single thing.</summary>
    public static List<List<T>> Split<T>(IEnumerable<T> items, Func<T, double> bytes, long maxShardBytes)
    {
        List<List<T>> shards = [[]];
        double size = 0;
        foreach (T item in items)
        {
            if (size + bytes(item) > maxShardBytes && shards[^1].Count > 0)
            {
                shards.Add([]);
                size = 0;
            }
            shards[^1].Add(item);
            size += bytes(item);
        }
        return shards;
    }

    /// <summary>The name of a file of weights, counted from 0, among so many.</summary>
    public static string ShardName(int index, int count) =>
        count == 1 ? CheckpointFolder.WeightsName : string.Create(CultureInfo.InvariantCulture, $"model-{index + 1:D5}-of-{count:D5}.safetensors");

    /// <summary>generation_config.json of a configuration.</summary>
    public static JsonObject Generation(ModelConfig config)
    {
        var json = new JsonObject { ["_from_model_config"] = true, ["use_cache"] = true };
        SharedKeys.WriteTokens(config, json);
        return json;
    }

    private static HashSet<string> StageWeights(StagedFiles staged, string directory, IReadOnlyList<PendingTensor> tensors, long maxShardBytes)
    {
        List<List<PendingTensor>> shards = Split(tensors, tensor => tensor.Bytes, maxShardBytes);
        var written = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((int i, List<PendingTensor> shard) in shards.Index())
        {
            string name = ShardName(i, shards.Count);
            foreach (PendingTensor tensor in shard)
                if (!written.TryAdd(tensor.Name, name))
                    throw new CheckpointException($"{directory}: two tensors are named '{tensor.Name}'.");
            SafetensorsWriter.Stage(staged, Path.Combine(directory, name), shard);
        }
        if (shards.Count > 1)
            JsonFile.Stage(staged, Path.Combine(directory, CheckpointFolder.IndexName), ShardIndex.Write(written, tensors.Sum(tensor => tensor.Bytes)));
        return shards.Count > 1 ? [.. written.Values, CheckpointFolder.IndexName] : [.. written.Values];
    }

    private static PendingTensor Stored(ModelConfig config, PendingTensor tensor) => tensor with
    {
        Shape = StoredLayout.Shape(config, tensor.Name, [.. tensor.Shape]),
        Make = () => StoredLayout.ToStored(config, tensor.Name, tensor.Make()),
    };

    // Weights of an earlier save under other names: transformers and we would read model.safetensors before an index.
    private static IEnumerable<string> Stale(string directory) =>
        Directory.EnumerateFiles(directory, "model-?????-of-?????.safetensors")
            .Concat(new[] { CheckpointFolder.WeightsName, CheckpointFolder.IndexName }.Select(name => Path.Combine(directory, name)).Where(File.Exists));
}
