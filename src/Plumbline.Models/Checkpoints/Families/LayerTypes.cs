using System.Text.Json.Nodes;

namespace Plumbline.Models.Checkpoints.Families;

/// <summary>The key <c>layer_types</c>: which layers slide and which see everything.</summary>
internal static class LayerTypes
{
    private const string Sliding = "sliding_attention", Full = "full_attention";

    /// <summary>Per layer whether it slides; empty where the key is absent.</summary>
    public static IReadOnlyList<bool> Read(ConfigFields fields, int layers)
    {
        IReadOnlyList<string> types = fields.Texts("layer_types");
        if (types.FirstOrDefault(type => type is not (Sliding or Full)) is { } unknown)
            fields.Fault($"layer_types names \"{unknown}\", but only {Full} and {Sliding} are supported");
        if (types.Count > 0 && types.Count != layers)
            fields.Fault($"layer_types names {types.Count} layers, but num_hidden_layers is {layers}");
        return [.. types.Select(type => type == Sliding)];
    }

    public static JsonArray Write(IEnumerable<bool> layers) => new([.. layers.Select(slides => JsonValue.Create(slides ? Sliding : Full))]);
}
