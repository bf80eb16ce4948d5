namespace Plumbline.Engine.Segments;

/// <summary>A stretch of a forward pass whose gradient is taken by itself.</summary>
internal interface ISegment : IDisposable
{
    /// <summary>Adds to the gradients of the weights. Once only.</summary>
    /// <param name="gradient">d loss / d output.</param>
    /// <returns>d loss / d input, in the caller's dispose scope; null where it was not wanted.</returns>
    /// <exception cref="InvalidOperationException">The weights have changed since the forward pass.</exception>
    Tensor? Backward(Tensor gradient);
}
