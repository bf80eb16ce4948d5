namespace Plumbline.Engine.Segments;

/// <summary>A pass through a decoder's layers to the hidden states at chosen places, and the way back.</summary>
/// <remarks>Used on one thread. Owns what it holds.</remarks>
internal interface ITrunk : IDisposable
{
    /// <summary>Hidden states after the final norm at the places, (N, width), detached.</summary>
    Tensor Selected { get; }

    /// <summary>Adds to the gradients of all trainable parameters below the head, given d loss / d <see cref="Selected"/>. Once only.</summary>
    void Backward(Tensor gradient);
}
