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

    public static void Write(string directory, ModelConfig config, IReadOnlyList<KeyValuePair<string, Tensor>> tensors, JsonObject? rawConfig, long maxShardBytes)
    {
        torch.ScalarType storeAs = SafetensorsTypes.FromConfig(config.DType)
            ?? throw new CheckpointException($"dtype is \"{config.DType}\", but only float32, float16 and bfloat16 can be stored.");
        JsonObject json = ModelConfigFile.ToJson(config, rawConfig);
        using var scope = torch.NewDisposeScope();
        tensors = [.. tensors.Select(t => KeyValuePair.Create(t.Key, StoredLayout.ToStored(config, t.Key, t.Value)))];
        using var staged = new StagedFiles();
        List<List<KeyValuePair<string, Tensor>>> shards = Split(tensors, storeAs, maxShardBytes);
        var written = new Dictionary<string, string>(StringComparer.Ordinal);
        var files = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < shards.Count; i++)
        {
            string name = ShardName(i, shards.Count);
            SafetensorsWriter.Stage(staged, Path.Combine(directory, name), shards[i], metadata: null, storeAs);
            files.Add(name);
            foreach ((string tensor, _) in shards[i])
                if (!written.TryAdd(tensor, name))
                    throw new CheckpointException($"{directory}: two tensors are named '{tensor}'.");
        }
        if (shards.Count > 1)
        {
            JsonFile.Stage(staged, Path.Combine(directory, CheckpointFolder.IndexName), ShardIndex.Write(written, tensors.Sum(pair => SafetensorsWriter.StoredBytes(pair.Key, pair.Value, storeAs))));
            files.Add(CheckpointFolder.IndexName);
        }
        JsonFile.Stage(staged, Path.Combine(directory, ModelConfigFile.Name), json);
        if (!config.IsSequenceClassification)
            JsonFile.Stage(staged, Path.Combine(directory, ModelConfigFile.GenerationName), Generation(config));
        staged.Commit();
        foreach (string stale in Stale(directory).Where(path => !files.Contains(Path.GetFileName(path))).ToArray())
            File.Delete(stale);
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

    private static List<List<KeyValuePair<string, Tensor>>> Split(IReadOnlyList<KeyValuePair<string, Tensor>> tensors, torch.ScalarType storeAs, long maxShardBytes)
    {
        var shards = new List<List<KeyValuePair<string, Tensor>>> { new() };
        long size = 0;
        foreach (KeyValuePair<string, Tensor> pair in tensors)
        {
            long bytes = SafetensorsWriter.StoredBytes(pair.Key, pair.Value, storeAs);
            if (size + bytes > maxShardBytes && shards[^1].Count > 0)
            {
                shards.Add([]);
                size = 0;
            }
            shards[^1].Add(pair);
            size += bytes;
        }
        return shards;
    }

    // Weights of an earlier save under other names: transformers and we would read model.safetensors before an index.
    private static IEnumerable<string> Stale(string directory) =>
        Directory.EnumerateFiles(directory, "model-?????-of-?????.safetensors")
            .Concat(new[] { CheckpointFolder.WeightsName, CheckpointFolder.IndexName }.Select(name => Path.Combine(directory, name)).Where(File.Exists));
}
