using System.Text.Json.Nodes;

namespace Plumbline.Models.Checkpoints.Families;

/// <summary>Mistral: no biases; every layer slides where there is a window.</summary>
internal sealed class MistralFamily : IModelFamily
{
    private const int DefaultWindow = 4096;
    public FamilyDefaults Defaults { get; } = new() { NumKeyValueHeads = 8, MaxPositionEmbeddings = 131072, BosTokenId = 1, EosTokenId = 2 };

    public string ModelType => "mistral";

    public IReadOnlyList<string> Architectures { get; } = ["MistralForCausalLM", "MistralForSequenceClassification"];

    public ModelConfig Read(ConfigFields fields, string architecture)
    {
        ModelConfig config = SharedKeys.Read(fields, this, architecture);
        // An explicit null is no window; an absent key is transformers' default.
        bool slides = fields.Has("sliding_window") || !fields.Names("sliding_window");
        return slides
            ? config with { SlidingWindow = fields.Size("sliding_window", DefaultWindow), SlidingLayers = [.. Enumerable.Repeat(true, config.NumHiddenLayers)] }
            : config;
    }

    public void Write(ModelConfig config, JsonObject json)
    {
        json["head_dim"] = config.HeadDim;
        json["sliding_window"] = config.SlidingWindow;
    }
}
