using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using TorchSharp;

namespace Plumbline.Models.Quantization;

/// <summary>Packs weights into 4 bits and unpacks them, 16 at a time. The first of two weights is in the upper half of a byte.</summary>
internal static unsafe class Nf4Kernel
{
    /// <summary>Weights that share a scale.</summary>
    public const int BlockSize = 64;

    private const int Lanes = 16;
    private const long PieceElements = 1 << 15; // worth a thread

    /// <summary>
    /// The 16 levels of NormalFloat: means of neighbouring quantiles of the normal distribution, eight below 0 and nine from 0 up, scaled to [−1, 1].
    /// Source: Dettmers et al. 2023, arXiv:2305.14314, section 3 and appendix E.
    /// </summary>
    public static readonly float[] Levels =
    [
        -1, -0.6961928009986877f, -0.5250730514526367f, -0.39491748809814453f, -0.28444138169288635f, -0.18477343022823334f, -0.09105003625154495f, 0,
        0.07958029955625534f, 0.16093020141124725f, 0.24611230194568634f, 0.33791524171829224f, 0.44070982933044434f, 0.5626170039176941f, 0.7229568362236023f, 1,
    ];

    private static readonly float[] Middles = [.. Levels.Zip(Levels.Skip(1), (low, high) => (low + high) / 2)];

    /// <summary>The nearest codes, and the scales: the greatest |w| of every block.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="count">Their number.</param>
    /// <param name="codes">Takes (count + 1) / 2 bytes.</param>
    /// <param name="scales">Takes one for each 64 weights begun.</param>
    public static void Pack(float* weights, long count, byte* codes, float* scales)
    {
        long blocks = (count + BlockSize - 1) / BlockSize;
        EachPiece(blocks, PieceElements / BlockSize, (first, end) =>
        {
            for (long block = first; block < end; block++)
                PackBlock(weights + block * BlockSize, (int)Math.Min(BlockSize, count - block * BlockSize), codes + block * (BlockSize / 2), scales + block);
        });
    }

    /// <summary>Writes level[code] · scale of some weights.</summary>
    /// <param name="codes">The codes of the whole matrix.</param>
    /// <param name="levels">16 values.</param>
    /// <param name="scales">Scales, that of the first weight's block first.</param>
    /// <param name="blockSize">Weights that share a scale; even.</param>
    /// <param name="first">The first weight.</param>
    /// <param name="count">How many.</param>
    /// <param name="weights">Takes them.</param>
    public static void Unpack(byte* codes, float* levels, float* scales, int blockSize, long first, long count, float* weights)
    {
        long firstBlock = first / blockSize, blocks = (first + count - 1) / blockSize - firstBlock + 1;
        EachPiece(blocks, Math.Max(1, PieceElements / blockSize), (begin, end) =>
        {
            for (long block = begin; block < end; block++)
            {
                long from = Math.Max(first, (firstBlock + block) * blockSize), to = Math.Min(first + count, (firstBlock + block + 1) * blockSize);
                UnpackRun(codes, levels, scales[block], from, to, weights + (from - first));
            }
        });
    }

    private static void PackBlock(float* weights, int count, byte* codes, float* scale)
    {
        float greatest = 0;
        for (int i = 0; i < count; i++)
            greatest = Math.Max(greatest, Math.Abs(weights[i]));
        *scale = greatest;
        float factor = greatest > 0 ? 1 / greatest : 0;
        int* nearest = stackalloc int[Lanes];
        for (int i = 0; i < count; i += Lanes)
        {
            int some = Math.Min(Lanes, count - i);
            if (some == Lanes)
                Nearest(Vector512.Load(weights + i) * factor).Store(nearest);
            else
                for (int lane = 0; lane < Lanes; lane++)
                    nearest[lane] = lane < some ? Nearest(weights[i + lane] * factor) : 0;
            for (int pair = 0; pair < (some + 1) / 2; pair++)
                codes[i / 2 + pair] = (byte)((nearest[2 * pair] << 4) | nearest[2 * pair + 1]);
        }
    }

    private static Vector512<int> Nearest(Vector512<float> x)
    {
        Vector512<int> code = default;
        foreach (float middle in Middles)
            code -= Vector512.GreaterThan(x, Vector512.Create(middle)).AsInt32(); // true is −1
        return code;
    }

    private static int Nearest(float x)
    {
        int code = 0;
        while (code < Middles.Length && x > Middles[code])
            code++;
        return code;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void UnpackRun(byte* codes, float* levels, float scale, long from, long to, float* weights)
    {
        long i = from;
        if (i % 2 == 1)
            *weights++ = levels[codes[i++ / 2] & 15] * scale;
        if (Avx512F.IsSupported)
        {
            Vector512<float> table = Vector512.Load(levels), factor = Vector512.Create(scale);
            Vector128<byte> half = Vector128.Create((byte)15);
            for (; i + Lanes <= to; i += Lanes, weights += Lanes)
            {
                Vector128<byte> packed = Vector128.CreateScalar(Unsafe.ReadUnaligned<ulong>(codes + i / 2)).AsByte();
                Vector128<byte> each = Sse2.UnpackLow(Vector128.ShiftRightLogical(packed.AsUInt16(), 4).AsByte() & half, packed & half);
                (Avx512F.PermuteVar16x32(table, Avx512F.ConvertToVector512Int32(each)) * factor).Store(weights);
            }
        }
        for (; i < to; i++)
            *weights++ = levels[i % 2 == 0 ? codes[i / 2] >> 4 : codes[i / 2] & 15] * scale;
    }

    private static void EachPiece(long count, long size, Action<long, long> work)
    {
        long pieces = (count + size - 1) / size;
        void Work(long piece) => work(piece * size, Math.Min(count, (piece + 1) * size));
        if (pieces == 1 || torch.get_num_threads() == 1)
            for (long piece = 0; piece < pieces; piece++)
                Work(piece);
        else
            Parallel.For(0, pieces, new ParallelOptions { MaxDegreeOfParallelism = torch.get_num_threads() }, Work);
    }
}
