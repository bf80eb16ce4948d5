using TorchSharp;

namespace Plumbline.Models.Checkpoints;

/// <summary>A tensor that is to be written, and made no earlier than that.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Type">The type to store it in.</param>
/// <param name="Make">Makes it, of any floating type where <paramref name="Type"/> is one, in the caller's dispose scope; or gives one that somebody else owns.</param>
internal sealed record PendingTensor(string Name, IReadOnlyList<long> Shape, torch.ScalarType Type, Func<Tensor> Make)
{
    /// <summary>Bytes that it takes in a file.</summary>
    /// <exception cref="CheckpointException">Its type cannot be stored.</exception>
    public long Bytes => SafetensorsTypes.NameOf(Type) is null
        ? throw new CheckpointException($"Tensor '{Name}' is of type {Type}, but only {SafetensorsTypes.Names} can be stored.")
        : Shape.Aggregate(1L, (product, size) => product * size) * SafetensorsTypes.SizeOf(Type);

    /// <summary>A tensor that is there already.</summary>
    public static PendingTensor Of(KeyValuePair<string, Tensor> named) => new(named.Key, named.Value.shape, named.Value.dtype, () => named.Value);

    /// <summary>The same in another type, where it is a floating one.</summary>
    public PendingTensor As(torch.ScalarType type) => SafetensorsTypes.IsFloating(Type) ? this with { Type = type } : this;
}
