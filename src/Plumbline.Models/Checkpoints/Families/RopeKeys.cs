using System.Text.Json.Nodes;

namespace Plumbline.Models.Checkpoints.Families;

/// <summary>Rotary embeddings in both spellings: <c>rope_parameters</c> (transformers 5) and <c>rope_theta</c> with <c>rope_scaling</c> (4).</summary>
internal static class RopeKeys
{
    private const string Supported = "default, linear, llama3, yarn and longrope";

    /// <summary>The keys of the older spelling.</summary>
    public static readonly IReadOnlyList<string> Old = ["rope_theta", "rope_scaling"];

    public static RopeConfig Read(ConfigFields fields, int maxPositions, int headDim)
    {
        ConfigFields? rope = fields.Has("rope_parameters") ? fields.Object("rope_parameters") : fields.Object("rope_scaling");
        double theta = fields.Number("rope_theta", 10000.0);
        if (rope is null)
            return new RopeConfig { Theta = theta };
        if (rope.Json.Any(pair => pair.Value is JsonObject))
        {
            fields.Fault("rope_parameters differ between kinds of layers, which is not supported");
            return new RopeConfig();
        }
        string type = rope.Text(rope.Has("rope_type") ? "rope_type" : "type", "default");
        if (rope.Has("partial_rotary_factor") && rope.Number("partial_rotary_factor", 1.0) is not 1.0 and var part)
            fields.Fault($"partial_rotary_factor of the rope is {part}, but only 1.0 is supported");
        var read = new RopeConfig { RopeType = type, Theta = rope.Number("rope_theta", theta) };
        if (LongRopeKeys.Names(type, rope))
            return LongRopeKeys.Read(fields, rope, maxPositions, headDim, read);
        switch (type)
        {
            case "default":
                return read;
            case "linear":
                return read with { Factor = rope.Number("factor", null) };
            case "llama3":
                int before = fields.FaultCount;
                double low = rope.Number("low_freq_factor", null), high = rope.Number("high_freq_factor", null);
                if (fields.FaultCount == before && high <= low)
                    fields.Fault($"high_freq_factor of the rope is {high}, but must be above low_freq_factor, which is {low}");
                return read with
                {
                    Factor = rope.Number("factor", null),
                    LowFreqFactor = low,
                    HighFreqFactor = high,
                    OriginalMaxPositionEmbeddings = rope.Size("original_max_position_embeddings"),
                };
            case "yarn":
                int original = rope.Whole("original_max_position_embeddings", 0, 0);
                return read with
                {
                    // Without a factor, the two contexts imply it.
                    Factor = rope.Number("factor", original > 0 ? (double)maxPositions / original : null),
                    OriginalMaxPositionEmbeddings = original,
                    BetaFast = rope.Optional("beta_fast") ?? 32.0,
                    BetaSlow = rope.Optional("beta_slow") ?? 1.0,
                    AttentionFactor = rope.Optional("attention_factor"),
                    Mscale = rope.Optional("mscale"),
                    MscaleAllDim = rope.Optional("mscale_all_dim"),
                    Truncate = rope.Flag("truncate", true),
                };
            default:
                fields.Fault($"rope type is \"{type}\", but only {Supported} are supported");
                return read;
        }
    }

    public static JsonObject Write(RopeConfig rope)
    {
        var json = new JsonObject();
        if (rope.RopeType == "yarn")
        {
            Add("attention_factor", rope.AttentionFactor);
            json["beta_fast"] = JsonFile.Float(rope.BetaFast);
            json["beta_slow"] = JsonFile.Float(rope.BetaSlow);
        }
        if (rope.RopeType != "default")
            json["factor"] = JsonFile.Float(rope.Factor);
        if (rope.RopeType == "llama3")
        {
            json["high_freq_factor"] = JsonFile.Float(rope.HighFreqFactor);
            json["low_freq_factor"] = JsonFile.Float(rope.LowFreqFactor);
        }
        if (rope.RopeType == "yarn")
        {
            Add("mscale", rope.Mscale);
            Add("mscale_all_dim", rope.MscaleAllDim);
        }
        if (rope.RopeType == RopeConfig.LongRope)
            LongRopeKeys.Write(rope, json);
        if (rope.OriginalMaxPositionEmbeddings > 0)
            json["original_max_position_embeddings"] = rope.OriginalMaxPositionEmbeddings;
        json["rope_theta"] = JsonFile.Float(rope.Theta);
        json["rope_type"] = rope.RopeType;
        if (rope is { RopeType: "yarn", Truncate: false })
            json["truncate"] = false;
        return json;

        void Add(string key, double? value)
        {
            if (value is { } number)
                json[key] = JsonFile.Float(number);
        }
    }
}
