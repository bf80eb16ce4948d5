using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using TorchSharp;
using Xunit;

namespace Plumbline.TestKit;

/// <summary>A tiny model of every family, whose mechanisms all bite: windows are short, caps low, norms and biases random.</summary>
public static class TinyFamilies
{
    /// <summary>Every family that can be made.</summary>
    public static TheoryData<string> Names() => [.. ModelShape.Families];

    /// <summary>A shape of two layers that the family can have.</summary>
    public static ModelConfig Config(string family)
    {
        string heads = family == "gpt2" ? "heads=4" : "heads=4,kv_heads=2,head_dim=6";
        ModelConfig config = ModelShape.Parse($"width=16,layers=2,{heads},ffn=24,vocab=32,context=128").ToConfig(family);
        DecoderVariant variant = config.Variant;
        return config with
        {
            InitializerRange = 0.3,
            EosTokenIds = [0],
            SlidingWindow = config.SlidingWindow is null ? null : 5,
            Variant = variant with
            {
                QueryPreAttnScalar = variant.QueryPreAttnScalar is null ? null : 2.5,
                AttnLogitSoftcapping = variant.AttnLogitSoftcapping is null ? null : 1.5,
                FinalLogitSoftcapping = variant.FinalLogitSoftcapping is null ? null : 3.0,
                Mixture = variant.Mixture is { } mixture ? mixture with { NumExperts = 3, MoeIntermediateSize = 20 } : null,
            },
        };
    }

    /// <summary>The model, of the default dtype, with seeded weights.</summary>
    public static DecoderModel Create(string family, long seed = 7)
    {
        DecoderModel model = DecoderModel.Create(Config(family), seed);
        Disturb(model.NamedParameters());
        return model;
    }

    /// <summary>Adds seeded noise to weights, so that norms are not one, nor biases zero.</summary>
    public static void Disturb(IEnumerable<KeyValuePair<string, Tensor>> weights)
    {
        using var noGradient = torch.no_grad();
        using var generator = new torch.Generator(11);
        foreach ((_, Tensor weight) in weights)
        {
            using Tensor noise = torch.empty_like(weight).normal_(0, 0.2, generator);
            weight.add_(noise);
        }
    }
}
