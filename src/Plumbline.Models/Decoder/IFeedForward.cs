namespace Plumbline.Models.Decoder;

/// <summary>The second half of a layer, token by token.</summary>
internal interface IFeedForward : IDisposable
{
    /// <summary>Whether several operations run as one where they can; false runs them apart, to compare with.</summary>
    bool Fused { get; set; }

    /// <summary>The projections that adapters may attach to, in the checkpoint's order.</summary>
    IEnumerable<Linear> Projections();

    /// <summary>All its matrices, those included that no adapter attaches to.</summary>
    IEnumerable<Linear> Matrices() => Projections();

    /// <summary>Its weights by their checkpoint names.</summary>
    IEnumerable<KeyValuePair<string, Tensor>> NamedParameters();

    /// <summary>(B, T, width) to (B, T, width).</summary>
    Tensor Forward(Tensor x, DecoderPass pass);
}
