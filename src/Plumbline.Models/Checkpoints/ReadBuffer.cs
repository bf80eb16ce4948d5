using TorchSharp;

namespace Plumbline.Models.Checkpoints;

/// <summary>Room for one tensor after another on its way into another type.</summary>
/// <remarks>Were each read into memory of its own, what is kept would lie between the holes that they leave, and the heap would not get smaller than both together.</remarks>
internal sealed class ReadBuffer(CheckpointFolder folder) : IDisposable
{
    private readonly Dictionary<torch.ScalarType, Tensor> _rooms = [];

    /// <summary>A tensor of the folder as it is stored, on the CPU, in the caller's dispose scope; valid until the next is read.</summary>
    /// <exception cref="CheckpointException">The folder holds no tensor of that name.</exception>
    public Tensor Read(string name)
    {
        SafetensorsEntry entry = folder.Entry(name);
        long count = entry.Shape.Aggregate(1L, (product, size) => product * size);
        if (!_rooms.TryGetValue(entry.Type, out Tensor? room) || room.numel() < count)
        {
            room?.Dispose();
            _rooms[entry.Type] = room = torch.empty(count, dtype: entry.Type).DetachFromDisposeScope();
        }
        using var scope = torch.NewDisposeScope();
        Tensor tensor = room.narrow(0, 0, count).view([.. entry.Shape]);
        folder.ReadInto(name, tensor);
        return tensor.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor room in _rooms.Values)
            room.Dispose();
        _rooms.Clear();
    }
}
