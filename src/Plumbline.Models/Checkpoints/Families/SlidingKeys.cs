using System.Text.Json.Nodes;

namespace Plumbline.Models.Checkpoints.Families;

/// <summary>Sliding windows as the Qwen families spell them: a switch, a width, and the layers that slide.</summary>
internal static class SlidingKeys
{
    private const int DefaultWindow = 4096, DefaultMaxWindowLayers = 28;

    /// <summary>Adds the window; a layer slides where <c>layer_types</c> says so or, without that key, from <c>max_window_layers</c> on.</summary>
    public static ModelConfig Read(ConfigFields fields, ModelConfig config)
    {
        IReadOnlyList<bool> types = LayerTypes.Read(fields, config.NumHiddenLayers);
        int first = fields.Whole("max_window_layers", 0, DefaultMaxWindowLayers);
        // An explicit null is no window; an absent key is transformers' default.
        int? window = fields.Has("sliding_window") || !fields.Names("sliding_window") ? fields.Size("sliding_window", DefaultWindow) : null;
        if (!fields.Flag("use_sliding_window", false) || window is null)
            return config;
        IReadOnlyList<bool> layers = types.Count > 0
            ? types
            : [.. Enumerable.Range(0, config.NumHiddenLayers).Select(layer => layer >= first)];
        return layers.Contains(true) ? config with { SlidingWindow = window, SlidingLayers = layers } : config;
    }

    public static void Write(ModelConfig config, JsonObject json)
    {
        bool[] layers = [.. Enumerable.Range(0, config.NumHiddenLayers).Select(layer => config.SlidingWindow is not null && layer < config.SlidingLayers.Count && config.SlidingLayers[layer])];
        int first = Array.IndexOf(layers, true);
        json["use_sliding_window"] = first >= 0;
        json["sliding_window"] = first >= 0 ? config.SlidingWindow : null;
        json["max_window_layers"] = first >= 0 ? first : DefaultMaxWindowLayers;
        json["layer_types"] = LayerTypes.Write(layers);
    }
}
