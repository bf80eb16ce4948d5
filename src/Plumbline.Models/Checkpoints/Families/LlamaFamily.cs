using System.Text.Json.Nodes;

namespace Plumbline.Models.Checkpoints.Families;

/// <summary>Llama 2 and 3, and the many models of their shape.</summary>
internal sealed class LlamaFamily : IModelFamily
{
    public FamilyDefaults Defaults { get; } = new() { MaxPositionEmbeddings = 2048, BosTokenId = 1, EosTokenId = 2 };

    public string ModelType => "llama";

    public IReadOnlyList<string> Architectures { get; } = ["LlamaForCausalLM", "LlamaForSequenceClassification"];

    public ModelConfig Read(ConfigFields fields, string architecture)
    {
        bool bias = fields.Flag("attention_bias", false);
        return SharedKeys.Read(fields, this, architecture) with { QkvBias = bias, OutputBias = bias, MlpBias = fields.Flag("mlp_bias", false) };
    }

    public void Write(ModelConfig config, JsonObject json)
    {
        json["head_dim"] = config.HeadDim;
        json["attention_bias"] = config.QkvBias;
        json["mlp_bias"] = config.MlpBias;
    }
}
