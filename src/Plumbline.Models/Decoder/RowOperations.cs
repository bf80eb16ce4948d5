using System.Runtime.Intrinsics;

namespace Plumbline.Models.Decoder;

/// <summary>What stands between the products of a layer, for rows that lie close behind each other in memory.</summary>
/// <remarks>A row's result does not depend on the rows beside it. Of element-wise results up to 15 floats behind the last are overwritten.</remarks>
internal static unsafe class RowOperations
{
    private const int Lanes = RowProducts.Lanes;

    /// <summary>x / sqrt(mean(x²) + ε) · weight of every row, as <see cref="RmsNorm"/> does; <paramref name="y"/> may be <paramref name="x"/>.</summary>
    public static void Normalise(float* x, int rows, int width, float* weight, float epsilon, float* y)
    {
        for (int row = 0; row < rows; row++, x += width, y += width)
        {
            Vector512<float> first = default, second = default;
            int i = 0;
            for (; i + 2 * Lanes <= width; i += 2 * Lanes)
            {
                Vector512<float> a = Vector512.Load(x + i), b = Vector512.Load(x + i + Lanes);
                first = Vector512.FusedMultiplyAdd(a, a, first);
                second = Vector512.FusedMultiplyAdd(b, b, second);
            }
            float sum = Vector512.Sum(first + second);
            for (; i < width; i++)
                sum += x[i] * x[i];
            float scale = 1f / MathF.Sqrt(sum / width + epsilon);
            for (i = 0; i + Lanes <= width; i += Lanes)
                (Vector512.Load(x + i) * scale * Vector512.Load(weight + i)).Store(y + i);
            for (; i < width; i++)
                y[i] = x[i] * scale * weight[i];
        }
    }

    /// <summary>silu(gate) · up, into <paramref name="gate"/>.</summary>
    public static void Gate(float* gate, float* up, long count)
    {
        for (long i = 0; i < count; i += Lanes)
        {
            Vector512<float> x = Vector512.Load(gate + i);
            (x / (Vector512<float>.One + Vector512.Exp(-x)) * Vector512.Load(up + i)).Store(gate + i);
        }
    }

    /// <summary>Adds <paramref name="y"/> to <paramref name="x"/>.</summary>
    public static void Add(float* x, float* y, long count)
    {
        for (long i = 0; i < count; i += Lanes)
            (Vector512.Load(x + i) + Vector512.Load(y + i)).Store(x + i);
    }

    /// <summary>Adds one bias, (width), to every row.</summary>
    public static void AddToEach(float* x, int rows, int width, float* bias)
    {
        for (int row = 0; row < rows; row++, x += width)
            for (int i = 0; i < width; i++)
                x[i] += bias[i];
    }
}
