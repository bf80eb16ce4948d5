using System.Text.Json.Nodes;

namespace Plumbline.Models.Checkpoints.Families;

/// <summary>The keys of longrope: factors for texts within the original context, and for longer ones.</summary>
internal static class LongRopeKeys
{
    /// <summary>Our own key: whether the long factors are used.</summary>
    public const string LongContextKey = "plumbline_long_context";

    /// <summary>Whether a rope type is longrope under any of its names; early Phi-3s called it su or yarn.</summary>
    public static bool Names(string type, ConfigFields rope) => type is RopeConfig.LongRope or "su" || (type == "yarn" && rope.Has("long_factor"));

    /// <param name="fields">The configuration.</param>
    /// <param name="rope">Its rope.</param>
    /// <param name="maxPositions">The longest context.</param>
    /// <param name="headDim">D.</param>
    /// <param name="read">What is known already.</param>
    public static RopeConfig Read(ConfigFields fields, ConfigFields rope, int maxPositions, int headDim, RopeConfig read)
    {
        const string Original = "original_max_position_embeddings";
        // Phi-3 tells it beside the rope, others within; without it there is but one context.
        ConfigFields holder = rope.Has(Original) ? rope : fields;
        int original = holder.Size(Original, maxPositions);
        return read with
        {
            RopeType = RopeConfig.LongRope,
            OriginalMaxPositionEmbeddings = original,
            Factor = holder.Has(Original) ? (double)maxPositions / original : rope.Number("factor", 1.0),
            AttentionFactor = rope.Optional("attention_factor"),
            ShortFactor = Factors("short_factor"),
            LongFactor = Factors("long_factor"),
            LongContext = fields.Flag(LongContextKey, false),
        };

        IReadOnlyList<double> Factors(string key)
        {
            IReadOnlyList<double> factors = rope.Numbers(key);
            if (factors.Count > 0 && factors.Count != headDim / 2)
                fields.Fault($"{key} of the rope has {factors.Count} numbers, but heads of {headDim} turn in {headDim / 2} pairs");
            return factors;
        }
    }

    public static void Write(RopeConfig rope, JsonObject json)
    {
        json["short_factor"] = List(rope.ShortFactor);
        json["long_factor"] = List(rope.LongFactor);
        if (rope.AttentionFactor is { } factor)
            json["attention_factor"] = JsonFile.Float(factor);
    }

    private static JsonArray List(IReadOnlyList<double> factors) => new([.. factors.Select(JsonFile.Float)]);
}
