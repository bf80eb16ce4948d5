using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>RMSNorm and its gradients, each in one pass over a tensor's own memory.</summary>
/// <remarks>
/// As single operations the library goes over memory some twenty times. A row's result depends on that row alone, the weight's gradient not on the number
/// of threads: rows are summed in pieces, whose cut depends on the shape only.
/// </remarks>
internal static unsafe class RmsNormKernel
{
    private const int PieceElements = 1 << 15; // worth a thread, and within its cache

    /// <summary>Whether the passes can read this: float32 or float64 on the processor, without gaps, in rows of whole vectors.</summary>
    public static bool Takes(Tensor x, Tensor weight) =>
        x.dtype == weight.dtype && x.dtype is torch.ScalarType.Float32 or torch.ScalarType.Float64 && x.device_type == DeviceType.CPU
        && x.is_contiguous() && x.numel() > 0 && x.numel() * x.element_size() <= int.MaxValue
        && weight.shape[0] * weight.element_size() % Vector<byte>.Count == 0;

    /// <summary>w·s·x with s = 1/√(mean(x²) + ε), in x's shape.</summary>
    public static Tensor Forward(Tensor x, Tensor weight, double epsilon)
    {
        Tensor y = torch.empty_like(x);
        if (x.dtype == torch.ScalarType.Float32)
            Forward<float>(x, weight, epsilon, y);
        else
            Forward<double>(x, weight, epsilon, y);
        GC.KeepAlive(x);
        return y;
    }

    /// <summary>
    /// For g = d loss / d y over a row of n: d loss / d x = s·w·g − x·s³/n·Σ w·g·x, in x's shape; and, where asked for, d loss / d w = Σ s·g·x over rows, (width).
    /// </summary>
    public static (Tensor OfInput, Tensor? OfWeight) Backward(Tensor x, Tensor weight, double epsilon, Tensor gradient, bool ofWeight)
    {
        Tensor ofInput = torch.empty_like(x);
        Tensor? sums = ofWeight ? torch.zeros(Pieces(x, weight), weight.shape[0], dtype: x.dtype) : null;
        if (x.dtype == torch.ScalarType.Float32)
            Backward<float>(x, weight, epsilon, gradient, ofInput, sums);
        else
            Backward<double>(x, weight, epsilon, gradient, ofInput, sums);
        GC.KeepAlive((x, gradient));
        return (ofInput, sums?.sum(0L));
    }

    private static void Forward<T>(Tensor x, Tensor weight, double epsilon, Tensor y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int width = (int)weight.shape[0];
        T* input = Data<T>(x), scales = Data<T>(weight), output = Data<T>(y);
        EachPiece(x, weight, (_, first, end) =>
        {
            for (long row = first; row < end; row++)
                ForwardRow(input + row * width, scales, width, epsilon, output + row * width);
        });
    }

    private static void Backward<T>(Tensor x, Tensor weight, double epsilon, Tensor gradient, Tensor ofInput, Tensor? ofWeight)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int width = (int)weight.shape[0];
        T* input = Data<T>(x), scales = Data<T>(weight), upstream = Data<T>(gradient), output = Data<T>(ofInput);
        T* sums = ofWeight is null ? null : Data<T>(ofWeight);
        EachPiece(x, weight, (piece, first, end) =>
        {
            for (long row = first; row < end; row++)
                BackwardRow(input + row * width, scales, upstream + row * width, width, epsilon, output + row * width, sums is null ? null : sums + piece * width);
        });
    }

    private static void ForwardRow<T>(T* x, T* weight, int width, double epsilon, T* y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector<T> squares = Vector<T>.Zero;
        for (int i = 0; i < width; i += Vector<T>.Count)
            squares += Vector.Load(x + i) * Vector.Load(x + i);
        Vector<T> scale = new(Scale(Vector.Sum(squares), width, epsilon));
        for (int i = 0; i < width; i += Vector<T>.Count)
            Vector.Store(Vector.Load(x + i) * scale * Vector.Load(weight + i), y + i);
    }

    private static void BackwardRow<T>(T* x, T* weight, T* gradient, int width, double epsilon, T* ofInput, T* ofWeight)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector<T> squares = Vector<T>.Zero, products = Vector<T>.Zero;
        for (int i = 0; i < width; i += Vector<T>.Count)
        {
            Vector<T> value = Vector.Load(x + i);
            squares += value * value;
            products += value * Vector.Load(weight + i) * Vector.Load(gradient + i);
        }
        T factor = Scale(Vector.Sum(squares), width, epsilon);
        Vector<T> scale = new(factor), slope = new(Vector.Sum(products) * factor * factor * factor / T.CreateTruncating(width));
        for (int i = 0; i < width; i += Vector<T>.Count)
        {
            Vector<T> value = Vector.Load(x + i), scaled = Vector.Load(gradient + i) * scale;
            Vector.Store(scaled * Vector.Load(weight + i) - value * slope, ofInput + i);
            if (ofWeight is not null)
                Vector.Store(Vector.Load(ofWeight + i) + scaled * value, ofWeight + i);
        }
    }

    private static T Scale<T>(T squares, int width, double epsilon)
        where T : unmanaged, IFloatingPointIeee754<T> => T.One / T.Sqrt(squares / T.CreateTruncating(width) + T.CreateTruncating(epsilon));

    private static void EachPiece(Tensor x, Tensor weight, Action<long, long, long> work)
    {
        long rows = x.numel() / weight.shape[0], size = RowsOfPiece(weight), pieces = Pieces(x, weight);
        void Work(long piece) => work(piece, piece * size, Math.Min(rows, (piece + 1) * size));
        if (pieces == 1 || torch.get_num_threads() == 1)
            for (long piece = 0; piece < pieces; piece++)
                Work(piece);
        else
            Parallel.For(0, pieces, new ParallelOptions { MaxDegreeOfParallelism = torch.get_num_threads() }, Work);
    }

    private static long Pieces(Tensor x, Tensor weight) => (x.numel() / weight.shape[0] + RowsOfPiece(weight) - 1) / RowsOfPiece(weight);

    private static long RowsOfPiece(Tensor weight) => Math.Max(1, PieceElements / weight.shape[0]);

    private static T* Data<T>(Tensor tensor)
        where T : unmanaged => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
