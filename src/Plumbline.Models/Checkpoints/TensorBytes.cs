using TorchSharp;

namespace Plumbline.Models.Checkpoints;

/// <summary>The raw bytes of a tensor, in pieces that a span can hold.</summary>
internal static class TensorBytes
{
    /// <summary>Largest piece, in bytes.</summary>
    public const long ChunkBytes = 1L << 28;

    /// <param name="bytes">Native memory of the tensor; valid during the call.</param>
    /// <param name="offset">Where the piece lies in the tensor's data, in bytes.</param>
    public delegate void Visit(Span<byte> bytes, long offset);

    /// <summary>Visits the memory of a contiguous CPU tensor from its first byte to its last.</summary>
    public static void ForEachChunk(Tensor tensor, Visit visit, long chunkBytes = ChunkBytes)
    {
        using var scope = torch.NewDisposeScope();
        Tensor flat = tensor.detach().view(-1);
        long size = SafetensorsTypes.SizeOf(tensor.dtype), step = chunkBytes / size, count = flat.shape[0];
        for (long at = 0; at < count; at += step)
        {
            using Tensor piece = flat.narrow(0, at, Math.Min(step, count - at));
            visit(piece.bytes, at * size);
        }
    }
}
