using System.Text.Json.Nodes;

namespace Plumbline.Models.Checkpoints.Families;

/// <summary>Qwen3: a norm on each head's queries and keys, a head size of its own.</summary>
internal sealed class Qwen3Family : IModelFamily
{
    public string ModelType => "qwen3";

    public IReadOnlyList<string> Architectures { get; } = ["Qwen3ForCausalLM", "Qwen3ForSequenceClassification"];

    public FamilyDefaults Defaults { get; } = new() { NumKeyValueHeads = 32, HeadDim = 128, MaxPositionEmbeddings = 32768 };

    public ModelConfig Shape(ModelConfig sizes) => sizes with { QkNorm = true };

    public ModelConfig Read(ConfigFields fields, string architecture)
    {
        bool bias = fields.Flag("attention_bias", false);
        return SlidingKeys.Read(fields, Shape(SharedKeys.Read(fields, this, architecture))) with { QkvBias = bias, OutputBias = bias };
    }

    public void Write(ModelConfig config, JsonObject json)
    {
        SlidingKeys.Write(config, json);
        json["head_dim"] = config.HeadDim;
        json["attention_bias"] = config.QkvBias;
    }
}
