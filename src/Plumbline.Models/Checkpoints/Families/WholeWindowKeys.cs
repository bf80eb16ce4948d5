using System.Text.Json.Nodes;

namespace Plumbline.Models.Checkpoints.Families;

/// <summary>Sliding windows of families with experts: off, or one width for every layer.</summary>
internal static class WholeWindowKeys
{
    private const int DefaultWindow = 4096;

    public static ModelConfig Read(ConfigFields fields, ModelConfig config) => fields.Flag("use_sliding_window", false) && (fields.Has("sliding_window") || !fields.Names("sliding_window"))
        ? config with { SlidingWindow = fields.Size("sliding_window", DefaultWindow), SlidingLayers = [.. Enumerable.Repeat(true, config.NumHiddenLayers)] }
        : config;

    public static void Write(ModelConfig config, JsonObject json)
    {
        json["use_sliding_window"] = config.SlidingWindow is not null;
        json["sliding_window"] = config.SlidingWindow;
    }
}
