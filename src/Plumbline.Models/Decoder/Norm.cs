namespace Plumbline.Models.Decoder;

/// <summary>A norm over the last dimension, scaled by its weight.</summary>
/// <remarks>Owns its tensors.</remarks>
/// <param name="name">The checkpoint's name of the module, without <c>.weight</c>.</param>
/// <param name="weight">(width).</param>
public abstract class Norm(string name, Tensor weight) : IDisposable
{
    /// <summary>The checkpoint's name of the module, without <c>.weight</c>.</summary>
    public string Name => name;

    /// <summary>(width).</summary>
    public Tensor Weight { get; } = weight.DetachFromDisposeScope();

    /// <summary>Whether it runs as one operation where it can; false runs the plain ones, to compare with.</summary>
    internal bool Fused { get; set; } = true;

    /// <summary>(..., width) to (..., width).</summary>
    public abstract Tensor Forward(Tensor x);

    /// <summary>Its tensors by their checkpoint names.</summary>
    internal virtual IEnumerable<KeyValuePair<string, Tensor>> NamedParameters() => [new(Name + ".weight", Weight)];

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        Weight.Dispose();
        GC.SuppressFinalize(this);
    }
}
