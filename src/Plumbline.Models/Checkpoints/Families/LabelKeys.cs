using System.Text.Json;
using System.Text.Json.Nodes;

namespace Plumbline.Models.Checkpoints.Families;

/// <summary>The names of a classification head's outputs and how it pools.</summary>
internal static class LabelKeys
{
    /// <summary>Our own key: how the head pools.</summary>
    public const string PoolingKey = "plumbline_pooling";

    /// <summary>Every key that belongs to a classification head.</summary>
    public static readonly IReadOnlyList<string> All = ["id2label", "label2id", "num_labels", "problem_type", PoolingKey];

    private static readonly string[] Poolings = ["last", "mean"];

    /// <summary>The labels in the order of their ids; transformers assumes two where none are named.</summary>
    public static IReadOnlyList<string> Read(ConfigFields fields)
    {
        int? count = fields.Has("num_labels") ? fields.Size("num_labels", 2) : null;
        if (fields.Object("id2label") is not { } map)
            return [.. Enumerable.Range(0, count ?? 2).Select(id => $"LABEL_{id}")];
        var labels = new string[map.Json.Count];
        for (int id = 0; id < labels.Length; id++)
            labels[id] = map.Json[$"{id}"] is { } name && name.GetValueKind() == JsonValueKind.String ? name.GetValue<string>() : "";
        if (labels.Length == 0 || labels.Contains(""))
            fields.Fault($"id2label is {ConfigFields.Show(map.Json)}; names for the ids \"0\", \"1\", ... without a gap are wanted");
        else if (labels.Distinct(StringComparer.Ordinal).Count() < labels.Length)
            fields.Fault($"id2label is {ConfigFields.Show(map.Json)}; every label needs a name of its own");
        if (count is not null && count != labels.Length)
            fields.Fault($"num_labels is {count}, but id2label names {labels.Length}");
        return labels;
    }

    /// <summary>How the head pools, by our own key.</summary>
    public static string ReadPooling(ConfigFields fields)
    {
        string pooling = fields.Text(PoolingKey, "last");
        if (!Poolings.Contains(pooling))
            fields.Fault($"{PoolingKey} is \"{pooling}\", but only {string.Join(" and ", Poolings)} are supported");
        return pooling;
    }

    /// <summary>Writes the labels; the pooling only where it is not transformers' own.</summary>
    public static void Write(ModelConfig config, JsonObject json)
    {
        var names = new JsonObject();
        var ids = new JsonObject();
        for (int id = 0; id < config.Labels.Count; id++)
        {
            names[$"{id}"] = config.Labels[id];
            ids[config.Labels[id]] = id;
        }
        json["id2label"] = names;
        json["label2id"] = ids;
        if (config.Pooling != "last")
            json[PoolingKey] = config.Pooling;
    }
}
