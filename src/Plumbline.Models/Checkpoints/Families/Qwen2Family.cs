using System.Text.Json.Nodes;

namespace Plumbline.Models.Checkpoints.Families;

/// <summary>Qwen2 and Qwen2.5: biases on queries, keys and values, always.</summary>
internal sealed class Qwen2Family : IModelFamily
{
    private static readonly FamilyDefaults Defaults = new() { NumKeyValueHeads = 32, MaxPositionEmbeddings = 32768 };

    public string ModelType => "qwen2";

    public IReadOnlyList<string> Architectures { get; } = ["Qwen2ForCausalLM", "Qwen2ForSequenceClassification"];

    public ModelConfig Read(ConfigFields fields, string architecture) =>
        SlidingKeys.Read(fields, SharedKeys.Read(fields, ModelType, architecture, Defaults)) with { QkvBias = true };

    public void Write(ModelConfig config, JsonObject json)
    {
        SlidingKeys.Write(config, json);
        if (config.HeadDim * config.NumAttentionHeads != config.HiddenSize)
            json["head_dim"] = config.HeadDim;
    }
}
