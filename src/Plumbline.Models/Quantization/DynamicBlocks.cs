using TorchSharp;

namespace Plumbline.Models.Quantization;

/// <summary>Numbers in 8 bits, 256 of them to a scale: number = level[code] · greatest of the block.</summary>
public static unsafe class DynamicBlocks
{
    /// <summary>Numbers that share a scale.</summary>
    public const int Size = 256;

    private const long BlocksAtOnce = 128; // worth a thread

    /// <summary>Blocks begun by so many numbers.</summary>
    public static long Count(long numbers) => (numbers + Size - 1) / Size;

    /// <summary>The numbers.</summary>
    /// <param name="codes">uint8, (N), contiguous.</param>
    /// <param name="greatest">float32, (N / 256).</param>
    /// <param name="map">The levels.</param>
    /// <returns>float32, (N), where the codes are, in the caller's dispose scope.</returns>
    public static Tensor Unpack(Tensor codes, Tensor greatest, DynamicMap map)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        if (codes.device_type != DeviceType.CPU)
            return UnpackByOperations(codes, greatest, map).MoveToOuterDisposeScope();
        Tensor numbers = torch.empty(codes.numel());
        byte* code = TensorMemory.Of<byte>(codes);
        float* scale = TensorMemory.Of<float>(greatest), number = TensorMemory.Of<float>(numbers);
        EachBlock(codes.numel(), (block, first, end) =>
        {
            ReadOnlySpan<float> levels = map.Levels;
            for (long i = first; i < end; i++)
                number[i] = levels[code[i]] * scale[block];
        });
        return numbers.MoveToOuterDisposeScope();
    }

    /// <summary>Writes the nearest codes and the scales.</summary>
    /// <param name="numbers">float32, (N), contiguous.</param>
    /// <param name="map">The levels.</param>
    /// <param name="codes">Takes uint8, (N), on the same device.</param>
    /// <param name="greatest">Takes float32, (N / 256).</param>
    public static void Pack(Tensor numbers, DynamicMap map, Tensor codes, Tensor greatest)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        if (codes.device_type != DeviceType.CPU)
        {
            PackByOperations(numbers, map, codes, greatest);
            return;
        }
        byte* code = TensorMemory.Of<byte>(codes);
        float* scale = TensorMemory.Of<float>(greatest), number = TensorMemory.Of<float>(numbers);
        EachBlock(codes.numel(), (block, first, end) =>
        {
            float most = 0;
            for (long i = first; i < end; i++)
                most = Math.Max(most, Math.Abs(number[i]));
            scale[block] = most;
            for (long i = first; i < end; i++)
                code[i] = map.Nearest(most > 0 ? number[i] / most : 0);
        });
        GC.KeepAlive(numbers);
    }

    /// <summary><see cref="Unpack"/> by the library's operations, for any device.</summary>
    internal static Tensor UnpackByOperations(Tensor codes, Tensor greatest, DynamicMap map)
    {
        Tensor levels = torch.tensor(map.Levels.ToArray(), device: codes.device);
        return levels.index_select(0, codes.to(torch.ScalarType.Int64)).mul_(greatest.repeat_interleave(Size).narrow(0, 0, codes.numel()));
    }

    /// <summary><see cref="Pack"/> by the library's operations, for any device.</summary>
    internal static void PackByOperations(Tensor numbers, DynamicMap map, Tensor codes, Tensor greatest)
    {
        long blocks = Count(numbers.numel());
        Tensor padded = torch.zeros(blocks * Size, dtype: torch.ScalarType.Float32, device: numbers.device);
        padded.narrow(0, 0, numbers.numel()).copy_(numbers);
        Tensor most = padded.abs().view(blocks, Size).amax([1L]);
        greatest.copy_(most);
        Tensor scaled = padded.view(blocks, Size) / torch.where(most.gt(0), most, torch.ones_like(most)).unsqueeze(1);
        Tensor middles = torch.tensor(map.Middles.ToArray(), device: numbers.device);
        codes.copy_(torch.searchsorted(middles, scaled.view(-1)).narrow(0, 0, numbers.numel()));
    }

    private static void EachBlock(long count, Action<long, long, long> work)
    {
        long blocks = Count(count), pieces = (blocks + BlocksAtOnce - 1) / BlocksAtOnce;
        void Work(long piece)
        {
            for (long block = piece * BlocksAtOnce; block < Math.Min(blocks, (piece + 1) * BlocksAtOnce); block++)
                work(block, block * Size, Math.Min(count, (block + 1) * Size));
        }
        if (pieces == 1 || torch.get_num_threads() == 1)
            for (long piece = 0; piece < pieces; piece++)
                Work(piece);
        else
            Parallel.For(0, pieces, new ParallelOptions { MaxDegreeOfParallelism = torch.get_num_threads() }, Work);
    }
}
