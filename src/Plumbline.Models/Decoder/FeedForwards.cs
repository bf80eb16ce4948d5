using Plumbline.Models.Checkpoints;
using Plumbline.Models.Checkpoints.Families;

namespace Plumbline.Models.Decoder;

/// <summary>Chooses a layer's feed-forward.</summary>
internal static class FeedForwards
{
    /// <summary>That of a layer, with its weights.</summary>
    public static IFeedForward Create(ModelConfig config, int layer, WeightSource weights)
    {
        ModuleNames names = ModuleNames.Of(config);
        string prefix = names.Layer(layer) + names.FeedForward;
        if (config.Variant.Mixture?.IsSparse(layer) == true)
            return new MixtureFeedForward(config, prefix, weights);
        return config.Variant.GatedFeedForward
            ? new FeedForward(config, prefix, config.IntermediateSize, weights)
            : new UngatedFeedForward(config, prefix, weights);
    }
}
