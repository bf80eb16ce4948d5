using System.Buffers;
using Plumbline.Models.Checkpoints;
using TorchSharp;

namespace Plumbline.Models.Quantization;

/// <summary>A matrix in 4-bit NormalFloat: w = level[code] · scale, a scale for every 64 weights, row after row.</summary>
/// <remarks>
/// Source: Dettmers et al. 2023, arXiv:2305.14314, section 3. Named and laid out as bitsandbytes saves it: <c>weight</c>, uint8, two codes a byte;
/// <c>weight.absmax</c>, <c>weight.nested_absmax</c>, <c>weight.nested_quant_map</c>; <c>weight.quant_map</c>, the levels; <c>weight.quant_state.bitsandbytes__nf4</c>.
/// </remarks>
internal sealed unsafe class Nf4Matrix : PackedMatrix
{
    private readonly Tensor _codes, _levels, _state; // uint8, ((out · in + 1) / 2, 1); float32, (16); uint8
    private readonly BlockScales _scales;
    private readonly int _blockSize;

    private Nf4Matrix(Tensor codes, Tensor levels, Tensor state, BlockScales scales, Nf4State parsed)
    {
        (_codes, _levels, _state, _scales) = (codes.DetachFromDisposeScope(), levels.DetachFromDisposeScope(), state.DetachFromDisposeScope(), scales);
        (Rows, Columns, _blockSize) = (parsed.Rows, parsed.Columns, parsed.BlockSize);
    }

    public override long Rows { get; }

    public override long Columns { get; }

    public override torch.Device Device => _codes.device;

    /// <summary>The nearest codes of a weight, (out, in), of any floating type, its scales in 8 bits.</summary>
    public static Nf4Matrix Quantize(Tensor weight)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        long columns = weight.shape[1], total = weight.numel();
        Tensor codes = torch.empty((total + 1) / 2, 1, dtype: torch.ScalarType.Byte);
        float[] scales = new float[(total + Nf4Kernel.BlockSize - 1) / Nf4Kernel.BlockSize];
        byte* code = TensorMemory.Of<byte>(codes);
        // A pooled room: codes would be laid into the holes of freed ones, and the rest of each hole be lost.
        float[] room = ArrayPool<float>.Shared.Rent((int)PackedWeights.RowBlocks(weight).Max(block => block.Count * columns));
        foreach ((long first, long count) in PackedWeights.RowBlocks(weight)) // each begins with a block of its own
        {
            using var blockScope = torch.NewDisposeScope();
            torch.frombuffer(room, torch.ScalarType.Float32, count * columns).view(count, columns).copy_(weight.narrow(0, first, count));
            fixed (float* wide = room, scale = &scales[first * columns / Nf4Kernel.BlockSize])
                Nf4Kernel.Pack(wide, count * columns, code + first * columns / 2, scale);
        }
        ArrayPool<float>.Shared.Return(room);
        BlockScales packed = BlockScales.Quantize(scales);
        string dtype = SafetensorsTypes.ToConfig(weight.dtype) ?? "float32";
        var state = new Nf4State(weight.shape[0], weight.shape[1], Nf4Kernel.BlockSize, packed.Offset, dtype);
        return new Nf4Matrix(codes, torch.tensor(Nf4Kernel.Levels), state.ToTensor(), packed, state);
    }

    /// <summary>A weight that bitsandbytes or <see cref="Tensors"/> saved.</summary>
    /// <param name="module">The module's name, without <c>.weight</c>.</param>
    /// <param name="read">Reads a tensor by its name.</param>
    /// <exception cref="CheckpointException">A tensor is missing, or its size is not what the state says.</exception>
    public static Nf4Matrix Read(string module, Func<string, Tensor> read)
    {
        string weight = module + ".weight";
        Tensor state = read(module + Nf4State.Name);
        Nf4State parsed = Nf4State.Parse(module + Nf4State.Name, state);
        long count = parsed.Rows * parsed.Columns, blocks = (count + parsed.BlockSize - 1) / parsed.BlockSize;
        Tensor Sized(string name, torch.ScalarType type, long elements)
        {
            Tensor tensor = read(name);
            return tensor.dtype == type && tensor.numel() == elements ? tensor : throw new CheckpointException(
                $"tensor {name} has {tensor.numel()} elements of {tensor.dtype}, but a 4-bit weight of ({parsed.Rows}, {parsed.Columns}) has {elements} of {type}. Download the folder again.");
        }
        Tensor codes = Sized(weight, torch.ScalarType.Byte, (count + 1) / 2), levels = Sized(weight + ".quant_map", torch.ScalarType.Float32, Nf4Kernel.Levels.Length);
        BlockScales scales = parsed.Offset is { } offset
            ? BlockScales.Nested(Sized(weight + ".absmax", torch.ScalarType.Byte, blocks), Sized(weight + ".nested_absmax", torch.ScalarType.Float32, (blocks + 255) / 256),
                Sized(weight + ".nested_quant_map", torch.ScalarType.Float32, 256), offset)
            : BlockScales.Plain(Sized(weight + ".absmax", torch.ScalarType.Float32, blocks));
        return new Nf4Matrix(codes, levels, state, scales, parsed);
    }

    public override Tensor Unpack(long first, long count, torch.ScalarType dtype)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        long from = first * Columns, elements = count * Columns;
        Tensor wide = _codes.device_type == DeviceType.CPU ? InVectors(from, elements) : ByOperations(from, elements);
        return wide.to(dtype).view(count, Columns).MoveToOuterDisposeScope();
    }

    public override IEnumerable<KeyValuePair<string, Tensor>> Tensors(string module) =>
    [
        new(module + ".weight", _codes), .. _scales.Tensors(module + ".weight"), new(module + ".weight.quant_map", _levels), new(module + Nf4State.Name, _state),
    ];

    private Tensor Scales(long first, long count) => _scales.Unpack(first / _blockSize, (first + count - 1) / _blockSize - first / _blockSize + 1);

    private Tensor InVectors(long first, long count)
    {
        Tensor wide = torch.empty(count), scales = Scales(first, count);
        Nf4Kernel.Unpack(TensorMemory.Of<byte>(_codes), TensorMemory.Of<float>(_levels), TensorMemory.Of<float>(scales), _blockSize, first, count, TensorMemory.Of<float>(wide));
        GC.KeepAlive(scales);
        return wide;
    }

    /// <summary>The same by the library's operations, for any device: <paramref name="count"/> weights from <paramref name="first"/> on, float32, in the caller's dispose scope.</summary>
    internal Tensor ByOperations(long first, long count)
    {
        long firstByte = first / 2, bytes = (first + count + 1) / 2 - firstByte;
        Tensor packed = _codes.view(-1).narrow(0, firstByte, bytes);
        Tensor codes = torch.stack([packed.bitwise_right_shift(4), packed.bitwise_and(15)], 1).view(-1).narrow(0, first - 2 * firstByte, count); // (count)
        Tensor blocks = torch.arange(first, first + count, device: _codes.device).div_(_blockSize, torch.RoundingMode.floor).sub_(first / _blockSize);
        return _levels.index_select(0, codes.to(torch.ScalarType.Int64)).mul_(Scales(first, count).index_select(0, blocks));
    }
}
