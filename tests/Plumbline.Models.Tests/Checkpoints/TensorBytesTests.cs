using System.Runtime.InteropServices;
using Plumbline.Models.Checkpoints;
using TorchSharp;

namespace Plumbline.Models.Tests.Checkpoints;

public sealed class TensorBytesTests
{
    // Five floats of four bytes in pieces of eight: 0-7, 8-15, and the last one alone at 16.
    [Fact]
    public void ForEachChunk_MoreThanOnePiece_VisitsEveryByteOnceAtItsOffset()
    {
        using Tensor tensor = torch.arange(5f);
        var pieces = new List<(long Offset, float[] Values)>();
        TensorBytes.ForEachChunk(tensor, (bytes, offset) => pieces.Add((offset, MemoryMarshal.Cast<byte, float>(bytes).ToArray())), chunkBytes: 8);
        Assert.Equal([0, 8, 16], pieces.Select(piece => piece.Offset));
        Assert.Equal([0f, 1f, 2f, 3f, 4f], pieces.SelectMany(piece => piece.Values));
    }
}
