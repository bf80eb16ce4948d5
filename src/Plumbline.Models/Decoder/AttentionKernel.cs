using System.Runtime.Intrinsics;

namespace Plumbline.Models.Decoder;

/// <summary>The three loops of attention of one query over pages of keys and values, in vectors.</summary>
/// <remarks>A query's result depends on nothing but its own keys and values: not on the batch, nor on the number of threads.</remarks>
internal static unsafe class AttentionKernel
{
    /// <summary>x·cos + rotated(x)·sin of one head, times <paramref name="scale"/>; halves are rotated (arXiv:2104.09864), as <see cref="RotaryEmbedding.Rotate"/> does.</summary>
    public static void Rotate(float* x, float* cosine, float* sine, int width, float scale, float* rotated, int stride)
    {
        int half = width / 2;
        for (int d = 0; d < half; d++)
        {
            rotated[d * stride] = (x[d] * cosine[d] - x[d + half] * sine[d]) * scale;
            rotated[(d + half) * stride] = (x[d + half] * cosine[d + half] + x[d] * sine[d + half]) * scale;
        }
    }

    /// <summary>Products of a query, (width), with the keys of a page, (width, 32), into 32 scores. The width is even.</summary>
    public static void Scores(float* query, float* keys, int width, float* scores)
    {
        // Four sums run side by side: one alone would wait for itself.
        Vector512<float> even = default, evenNext = default, odd = default, oddNext = default;
        for (int d = 0; d < width; d += 2, keys += 2 * CachePages.Tokens)
        {
            Vector512<float> a = Vector512.Create(query[d]), b = Vector512.Create(query[d + 1]);
            even = Vector512.MultiplyAddEstimate(a, Vector512.Load(keys), even);
            evenNext = Vector512.MultiplyAddEstimate(a, Vector512.Load(keys + 16), evenNext);
            odd = Vector512.MultiplyAddEstimate(b, Vector512.Load(keys + 32), odd);
            oddNext = Vector512.MultiplyAddEstimate(b, Vector512.Load(keys + 48), oddNext);
        }
        (even + odd).Store(scores);
        (evenNext + oddNext).Store(scores + 16);
    }

    /// <summary>Turns each score s into c·tanh(s/c), in place.</summary>
    public static void Cap(float* scores, int count, float cap)
    {
        for (int i = 0; i < count; i++)
            scores[i] = cap * MathF.Tanh(scores[i] / cap);
    }

    /// <summary>Turns scores into e^(score − greatest) in place and gives their sum. 16 floats behind the last are overwritten.</summary>
    public static float Exponentials(float* scores, int count)
    {
        Vector512.Create(float.NegativeInfinity).Store(scores + count);
        Vector512<float> greatest = Vector512.Load(scores);
        for (int i = 16; i < count; i += 16)
            greatest = Vector512.Max(greatest, Vector512.Load(scores + i));
        float most = greatest[0];
        for (int i = 1; i < 16; i++)
            most = MathF.Max(most, greatest[i]);
        Vector512<float> top = Vector512.Create(most), sum = default;
        for (int i = 0; i < count; i += 16)
        {
            Vector512<float> e = Vector512.Exp(Vector512.Load(scores + i) - top);
            e.Store(scores + i);
            sum += e;
        }
        return Vector512.Sum(sum);
    }

    /// <summary>Adds weight · value of some tokens of a page, (chunks, 32, 16), to <paramref name="mixed"/>, (chunks, 16).</summary>
    /// <param name="weights">The first token's weight.</param>
    /// <param name="values">The first token's value in chunk 0.</param>
    /// <param name="count">Tokens.</param>
    /// <param name="chunks">Vectors a value.</param>
    /// <param name="mixed">Sums so far.</param>
    public static void Mix(float* weights, float* values, int count, int chunks, float* mixed)
    {
        const int Lanes = CachePages.Lanes;
        for (int c = 0; c < chunks; c++, values += CachePages.Tokens * Lanes, mixed += Lanes)
        {
            Vector512<float> first = Vector512.Load(mixed), second = default, third = default, fourth = default;
            int t = 0;
            for (; t + 4 <= count; t += 4)
            {
                float* value = values + t * Lanes;
                first = Vector512.MultiplyAddEstimate(Vector512.Create(weights[t]), Vector512.Load(value), first);
                second = Vector512.MultiplyAddEstimate(Vector512.Create(weights[t + 1]), Vector512.Load(value + Lanes), second);
                third = Vector512.MultiplyAddEstimate(Vector512.Create(weights[t + 2]), Vector512.Load(value + 2 * Lanes), third);
                fourth = Vector512.MultiplyAddEstimate(Vector512.Create(weights[t + 3]), Vector512.Load(value + 3 * Lanes), fourth);
            }
            for (; t < count; t++)
                first = Vector512.MultiplyAddEstimate(Vector512.Create(weights[t]), Vector512.Load(values + t * Lanes), first);
            ((first + second) + (third + fourth)).Store(mixed);
        }
    }
}
