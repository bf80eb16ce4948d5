using TorchSharp;

namespace Plumbline.Models.Checkpoints;

/// <summary>Where one tensor lies in a safetensors file; checked against the file when it was opened.</summary>
/// <param name="Name">The tensor's name, as the file spells it.</param>
/// <param name="Type">The type its elements are stored in.</param>
/// <param name="Shape">Its dimensions; empty for a scalar.</param>
/// <param name="Begin">Offset of its first byte from the start of the file.</param>
/// <param name="End">Offset past its last byte from the start of the file.</param>
public sealed record SafetensorsEntry(string Name, torch.ScalarType Type, IReadOnlyList<long> Shape, long Begin, long End)
{
    /// <summary>Size of its data, in bytes.</summary>
    public long ByteCount => End - Begin;
}
