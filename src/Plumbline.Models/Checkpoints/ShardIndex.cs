using System.Text.Json;
using System.Text.Json.Nodes;

namespace Plumbline.Models.Checkpoints;

/// <summary>model.safetensors.index.json: which shard holds which tensor.</summary>
internal static class ShardIndex
{
    /// <summary>The shard of every tensor, by the tensor's name.</summary>
    /// <exception cref="CheckpointException">The index is no index, or names a shard that is no plain file name.</exception>
    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        if (JsonFile.Read(path)["weight_map"] is not JsonObject map || map.Count == 0)
            throw new CheckpointException($"{path}: weight_map is missing or empty; an object of tensor names and shard files is wanted.");
        var shards = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string tensor, JsonNode? node) in map)
        {
            if (node?.GetValueKind() != JsonValueKind.String)
                throw new CheckpointException($"{path}: weight_map['{tensor}'] is {(node is null ? "null" : ConfigFields.Show(node))}; the name of a shard file is wanted.");
            string shard = node.GetValue<string>();
            // A name with a folder in it could reach any file of the machine.
            if (shard is "" or "." or ".." || shard.AsSpan().IndexOfAny("/\\:\0") >= 0)
                throw new CheckpointException($"{path}: weight_map['{tensor}'] is '{shard}'; a plain file name in the same folder is wanted.");
            shards.Add(tensor, shard);
        }
        return shards;
    }

    public static JsonObject Write(IEnumerable<KeyValuePair<string, string>> shards, long totalBytes) => new()
    {
        ["metadata"] = new JsonObject { ["total_size"] = totalBytes },
        ["weight_map"] = new JsonObject(shards.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
    };
}
