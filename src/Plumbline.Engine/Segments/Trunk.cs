using Plumbline.Models.Decoder;

namespace Plumbline.Engine.Segments;

/// <summary>Chooses how a decoder is run.</summary>
internal static class Trunk
{
    /// <summary>Runs the layers.</summary>
    /// <param name="model">With the adapter that shall take part active.</param>
    /// <param name="rows">The tokens; must outlive the result.</param>
    /// <param name="places">Where in the flattened (B·L) rows hidden states are wanted, int64, (N).</param>
    /// <param name="training">Whether a backward pass will follow.</param>
    /// <param name="options">What is kept for it; null = the defaults.</param>
    public static ITrunk Forward(DecoderModel model, TokenRows rows, Tensor places, bool training, ActivationOptions? options)
    {
        options ??= new ActivationOptions();
        return options.Mode == ActivationMode.Plain ? new PlainTrunk(model, rows, places, training) : new SegmentedTrunk(model, rows, places, training, options);
    }
}
