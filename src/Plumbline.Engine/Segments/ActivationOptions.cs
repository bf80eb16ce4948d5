using Plumbline.Models.Checkpoints;

namespace Plumbline.Engine.Segments;

/// <summary>How much a training pass keeps for its way back.</summary>
/// <param name="Mode">What is kept of a layer.</param>
/// <param name="Window">With <see cref="ActivationMode.Recompute"/>: tokens of each row that are run again at once, the last first; 0 = all. Prompts are then not shared.</param>
/// <param name="BudgetBytes">With <see cref="ActivationMode.Keep"/>: layers whose graphs would exceed this are run again instead; 0 = no limit.</param>
public sealed record ActivationOptions(ActivationMode Mode = ActivationMode.Keep, long BudgetBytes = 0, int Window = 0)
{
    /// <summary>Layers, counted from the last, whose graphs are kept: they are used up first, before any earlier one is run again.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="tokens">Tokens of the pass, padding included.</param>
    /// <param name="elementBytes">Bytes of a number.</param>
    public int LayersKept(ModelConfig config, long tokens, long elementBytes) => Mode switch
    {
        ActivationMode.Recompute => 0,
        _ when BudgetBytes <= 0 => config.NumHiddenLayers,
        _ => (int)Math.Clamp((BudgetBytes / elementBytes / tokens - (long)config.NumHiddenLayers * config.HiddenSize) / Math.Max(1, PerToken(config) - config.HiddenSize), 0, config.NumHiddenLayers),
    };

    /// <summary>
    /// Numbers that autograd saves of one layer for one token, at most: both norms (input, scaled, output), queries, keys and values as attention
    /// reads them, its output twice, and the four stages of the feed-forward.
    /// </summary>
    /// <param name="config">The model's shape.</param>
    public static long PerToken(ModelConfig config)
    {
        long queries = (long)config.NumAttentionHeads * config.HeadDim, keys = (long)config.NumKeyValueHeads * config.HeadDim;
        long repeated = queries == keys ? 0 : 2 * queries;
        return 6L * config.HiddenSize + 3 * queries + 2 * keys + repeated + 4L * config.InnerWidth;
    }
}
