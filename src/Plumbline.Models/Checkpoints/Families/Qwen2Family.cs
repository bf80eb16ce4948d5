using System.Text.Json.Nodes;

namespace Plumbline.Models.Checkpoints.Families;

/// <summary>Qwen2 and Qwen2.5: biases on queries, keys and values, always.</summary>
internal sealed class Qwen2Family : IModelFamily
{
    public string ModelType => "qwen2";

    public IReadOnlyList<string> Architectures { get; } = ["Qwen2ForCausalLM", "Qwen2ForSequenceClassification"];

    public FamilyDefaults Defaults { get; } = new() { NumKeyValueHeads = 32, MaxPositionEmbeddings = 32768 };

    public ModelConfig Shape(ModelConfig sizes) => sizes with { QkvBias = true };

    public ModelConfig Read(ConfigFields fields, string architecture) => SlidingKeys.Read(fields, Shape(SharedKeys.Read(fields, this, architecture)));

    public void Write(ModelConfig config, JsonObject json)
    {
        SlidingKeys.Write(config, json);
        if (config.HeadDim * config.NumAttentionHeads != config.HiddenSize)
            json["head_dim"] = config.HeadDim;
    }
}
