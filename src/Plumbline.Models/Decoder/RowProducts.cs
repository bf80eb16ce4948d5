using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Plumbline.Models.Decoder;

/// <summary>Products of a few rows with the rows of a weight matrix as it lies in memory, y = x·Wᵀ, in vectors.</summary>
/// <remarks>
/// Every sum has one vector of 16 partial sums, which the inputs enter in their order and which is folded by halves at the end: whichever
/// tile computes it, its rounding is the same. A row's result therefore depends neither on the other rows nor on the number of threads.
/// Inputs lie as <see cref="Align"/> leaves them.
/// </remarks>
internal static unsafe class RowProducts
{
    /// <summary>Floats of a vector; the fewest inputs that a product may have.</summary>
    public const int Lanes = 16;

    /// <summary>Outputs that are computed side by side; a matrix is best cut at their multiples.</summary>
    public const int Together = 8;

    /// <summary>The distance of rows of <paramref name="inputs"/> floats once they are aligned.</summary>
    public static int Stride(int inputs) => (inputs + Lanes - 1) / Lanes * Lanes;

    /// <summary>
    /// Brings rows that lie close behind each other, (rows, inputs), in place to a distance of whole vectors; the last inputs of a row
    /// that fill no vector go to the end of theirs, behind zeros, to meet the last 16 weights of a row.
    /// </summary>
    public static void Align(float* x, int rows, int inputs)
    {
        int stride = Stride(inputs), rest = inputs % Lanes;
        if (rest == 0)
            return;
        for (int row = rows - 1; row >= 0; row--)
        {
            var from = new Span<float>(x + (long)row * inputs, inputs);
            var to = new Span<float>(x + (long)row * stride, stride);
            from[^rest..].CopyTo(to[^rest..]);
            from[..^rest].CopyTo(to);
            to[(stride - Lanes)..^rest].Clear();
        }
    }

    /// <summary>Outputs <paramref name="from"/> to <paramref name="to"/> − 1 of all rows.</summary>
    /// <param name="x">Aligned rows.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="weight">(outputs, inputs), row after row.</param>
    /// <param name="inputs">At least 16.</param>
    /// <param name="y">(rows, outputs).</param>
    /// <param name="outputs">Outputs of the whole matrix.</param>
    /// <param name="from">The first output.</param>
    /// <param name="to">The output behind the last.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* x, int rows, float* weight, int inputs, float* y, int outputs, int from, int to)
    {
        int stride = Stride(inputs), o = from;
        for (; o + Together <= to; o += Together)
        {
            float* w = weight + (long)o * inputs;
            int row = 0;
            for (; row + 4 <= rows; row += 4)
            {
                float* input = x + (long)row * stride, output = y + (long)row * outputs + o;
                FourByFour(input, stride, w, inputs, output, outputs);
                FourByFour(input, stride, w + 4 * inputs, inputs, output + 4, outputs);
            }
            for (; row < rows; row++)
                OneByEight(x + (long)row * stride, w, inputs, y + (long)row * outputs + o);
        }
        for (; o < to; o++)
            for (int row = 0; row < rows; row++)
                y[(long)row * outputs + o] = One(x + (long)row * stride, weight + (long)o * inputs, inputs);
    }

    // Four rows with four outputs: every vector that is loaded serves four sums.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourByFour(float* x, int stride, float* w, int inputs, float* y, int outputs)
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
        Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default, d0 = default, d1 = default, d2 = default, d3 = default;
        float* x1 = x + stride, x2 = x1 + stride, x3 = x2 + stride, w1 = w + inputs, w2 = w1 + inputs, w3 = w2 + inputs;
        for (nint at = 0, last = inputs - Lanes; at < stride; at += Lanes)
        {
            nint to = Math.Min(at, last);
            Vector512<float> v0 = Vector512.Load(w + to), v1 = Vector512.Load(w1 + to), v2 = Vector512.Load(w2 + to), v3 = Vector512.Load(w3 + to);
            Vector512<float> input = Vector512.Load(x + at);
            a0 = Vector512.FusedMultiplyAdd(input, v0, a0);
            a1 = Vector512.FusedMultiplyAdd(input, v1, a1);
            a2 = Vector512.FusedMultiplyAdd(input, v2, a2);
            a3 = Vector512.FusedMultiplyAdd(input, v3, a3);
            input = Vector512.Load(x1 + at);
            b0 = Vector512.FusedMultiplyAdd(input, v0, b0);
            b1 = Vector512.FusedMultiplyAdd(input, v1, b1);
            b2 = Vector512.FusedMultiplyAdd(input, v2, b2);
            b3 = Vector512.FusedMultiplyAdd(input, v3, b3);
            input = Vector512.Load(x2 + at);
            c0 = Vector512.FusedMultiplyAdd(input, v0, c0);
            c1 = Vector512.FusedMultiplyAdd(input, v1, c1);
            c2 = Vector512.FusedMultiplyAdd(input, v2, c2);
            c3 = Vector512.FusedMultiplyAdd(input, v3, c3);
            input = Vector512.Load(x3 + at);
            d0 = Vector512.FusedMultiplyAdd(input, v0, d0);
            d1 = Vector512.FusedMultiplyAdd(input, v1, d1);
            d2 = Vector512.FusedMultiplyAdd(input, v2, d2);
            d3 = Vector512.FusedMultiplyAdd(input, v3, d3);
        }
        Vector512<float> all = By8(
            By4(By2(By1(a0, a1), By1(a2, a3)), By2(By1(b0, b1), By1(b2, b3))),
            By4(By2(By1(c0, c1), By1(c2, c3)), By2(By1(d0, d1), By1(d2, d3))));
        all.GetLower().GetLower().Store(y);
        all.GetLower().GetUpper().Store(y + outputs);
        all.GetUpper().GetLower().Store(y + 2L * outputs);
        all.GetUpper().GetUpper().Store(y + 3L * outputs);
    }

    // One row with eight outputs: as many sums as keep the multipliers busy while each waits for itself.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneByEight(float* x, float* w, int inputs, float* y)
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        float* w1 = w + inputs, w2 = w1 + inputs, w3 = w2 + inputs, w4 = w3 + inputs, w5 = w4 + inputs, w6 = w5 + inputs, w7 = w6 + inputs;
        for (nint at = 0, last = inputs - Lanes; at < inputs; at += Lanes)
        {
            nint to = Math.Min(at, last);
            Vector512<float> input = Vector512.Load(x + at);
            a0 = Vector512.FusedMultiplyAdd(input, Vector512.Load(w + to), a0);
            a1 = Vector512.FusedMultiplyAdd(input, Vector512.Load(w1 + to), a1);
            a2 = Vector512.FusedMultiplyAdd(input, Vector512.Load(w2 + to), a2);
            a3 = Vector512.FusedMultiplyAdd(input, Vector512.Load(w3 + to), a3);
            a4 = Vector512.FusedMultiplyAdd(input, Vector512.Load(w4 + to), a4);
            a5 = Vector512.FusedMultiplyAdd(input, Vector512.Load(w5 + to), a5);
            a6 = Vector512.FusedMultiplyAdd(input, Vector512.Load(w6 + to), a6);
            a7 = Vector512.FusedMultiplyAdd(input, Vector512.Load(w7 + to), a7);
        }
        Vector512<float> all = By4(By2(By1(a0, a1), By1(a2, a3)), By2(By1(a4, a5), By1(a6, a7)));
        By8(all, all).GetLower().Store(y);
    }

    private static float One(float* x, float* w, int inputs)
    {
        Vector512<float> sum = default;
        for (int at = 0, last = inputs - Lanes; at < inputs; at += Lanes)
            sum = Vector512.FusedMultiplyAdd(Vector512.Load(x + at), Vector512.Load(w + Math.Min(at, last)), sum);
        sum = By1(sum, sum);
        sum = By2(sum, sum);
        sum = By4(sum, sum);
        return By8(sum, sum)[0];
    }

    // Each folds the partial sums of a and b by a distance of lanes: where lane i has the distance's bit it holds b's, else a's. The four
    // in turn make of 16 vectors the vector of their sums.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> By1(Vector512<float> a, Vector512<float> b)
    {
        Vector512<float> first = Vector512.Create(0x00000000FFFFFFFFUL).AsSingle();
        return Vector512.ConditionalSelect(first, a, b)
            + Vector512.Shuffle(Vector512.ConditionalSelect(first, b, a), Vector512.Create(1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> By2(Vector512<float> a, Vector512<float> b)
    {
        Vector512<float> first = Vector512.Create(-1, -1, 0, 0, -1, -1, 0, 0, -1, -1, 0, 0, -1, -1, 0, 0).AsSingle();
        return Vector512.ConditionalSelect(first, a, b)
            + Vector512.Shuffle(Vector512.ConditionalSelect(first, b, a), Vector512.Create(2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> By4(Vector512<float> a, Vector512<float> b)
    {
        Vector512<float> first = Vector512.Create(-1, -1, -1, -1, 0, 0, 0, 0, -1, -1, -1, -1, 0, 0, 0, 0).AsSingle();
        return Vector512.ConditionalSelect(first, a, b)
            + Vector512.Shuffle(Vector512.ConditionalSelect(first, b, a), Vector512.Create(4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> By8(Vector512<float> a, Vector512<float> b) =>
        Vector512.Create(a.GetLower() + a.GetUpper(), b.GetLower() + b.GetUpper());
}
