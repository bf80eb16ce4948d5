using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Plumbline.Engine.Sampling;

/// <summary>Draws one token from one row of logits in the processor's memory: what <see cref="TokenSampler"/> does, in one pass over the vocabulary.</summary>
/// <remarks>
/// Exponentials are summed in float64, block by block; the drawn number then needs a look into one block only. Filters look at the tokens
/// that can survive, not at a sorted vocabulary. Rows are independent of each other, so each may have options of its own.
/// </remarks>
internal static class RowSampler
{
    private const int Block = 256;
    private const int Lanes = 16;

    /// <summary>Draws a token.</summary>
    /// <param name="logits">(V), not changed.</param>
    /// <param name="uniform">In [0, 1): where in the cumulative distribution the token lies.</param>
    /// <param name="seen">The row's tokens so far; null without repetition penalty.</param>
    /// <param name="options">How to draw.</param>
    /// <returns>The token and its log-probability in nats under softmax(logits / temperature) over the whole vocabulary (temperature 1 where it is 0).</returns>
    public static (int Id, float LogProb) Sample(ReadOnlySpan<float> logits, double uniform, IReadOnlyCollection<int>? seen, SamplingOptions options)
    {
        float temperature = options.Temperature > 0 ? (float)options.Temperature : 1f;
        int count = (logits.Length + Block - 1) / Block;
        Span<double> blocks = count <= 1024 ? stackalloc double[count] : new double[count];
        float greatest = Greatest(logits) / temperature;
        double total = BlockSums(logits, temperature, greatest, blocks);
        float LogProb(float logit) => (float)((double)(logit / temperature) - greatest - Math.Log(total));

        bool penalised = seen is not null && options.RepetitionPenalty != 1.0, filtered = options.TopK > 0 || options.TopP < 1.0 || options.MinP > 0;
        ReadOnlySpan<float> row = penalised ? Penalise(logits, seen!, (float)options.RepetitionPenalty) : logits;
        if (options.Temperature <= 0)
        {
            int likeliest = IndexOf(row, Greatest(row));
            return (likeliest, LogProb(logits[likeliest]));
        }
        float top = penalised ? Greatest(row) / temperature : greatest;
        int id = filtered ? DrawFiltered(row, temperature, top, uniform, options)
            : Draw(row, temperature, top, uniform, penalised ? BlockSums(row, temperature, top, blocks) : total, blocks);
        return (id, LogProb(logits[id]));
    }

    private static float[] Penalise(ReadOnlySpan<float> logits, IReadOnlyCollection<int> seen, float penalty)
    {
        float[] row = logits.ToArray();
        foreach (int id in seen)
            row[id] = row[id] > 0 ? row[id] / penalty : row[id] * penalty;
        return row;
    }

    // The first token whose cumulative mass exceeds the drawn share of the whole.
    private static int Draw(ReadOnlySpan<float> row, float temperature, float top, double uniform, double total, ReadOnlySpan<double> blocks)
    {
        double threshold = uniform * total, mass = 0;
        int block = 0;
        while (block < blocks.Length - 1 && mass + blocks[block] <= threshold)
            mass += blocks[block++];
        int last = -1, end = Math.Min((block + 1) * Block, row.Length);
        for (int at = block * Block; at < end; at += Lanes)
        {
            Vector512<float> e = Exponential(row, at, temperature, top);
            for (int i = 0; i < Math.Min(Lanes, end - at); i++)
            {
                if (e[i] > 0)
                    last = at + i;
                if ((mass += e[i]) > threshold)
                    return at + i;
            }
        }
        return last >= 0 ? last : IndexOf(row, Greatest(row)); // the sums of block and tokens differ in the last digit
    }

    private static int DrawFiltered(ReadOnlySpan<float> row, float temperature, float top, double uniform, SamplingOptions options)
    {
        float[] mass = new float[row.Length];
        for (int at = 0; at < row.Length; at += Lanes)
        {
            Vector512<float> e = Exponential(row, at, temperature, top);
            if (at + Lanes <= row.Length)
                e.CopyTo(mass, at);
            else
                for (int i = 0; at + i < row.Length; i++)
                    mass[at + i] = e[i];
        }
        (int[] ids, float[] kept) = TopK(mass, options.TopK);
        if (options.TopP < 1.0)
            (ids, kept) = TopP(ids, kept, options.TopP);
        if (options.MinP > 0)
            (ids, kept) = Where(ids, kept, (float)options.MinP * kept.Max());
        double threshold = 0, cumulative = 0;
        foreach (float e in kept)
            threshold += e;
        threshold *= uniform;
        for (int i = 0; i < ids.Length; i++)
            if ((cumulative += kept[i]) > threshold)
                return ids[i];
        return ids[^1];
    }

    // All that are no less likely than the k-th likeliest, in the vocabulary's order.
    private static (int[] Ids, float[] Mass) TopK(float[] mass, int k)
    {
        int[] all = [.. Enumerable.Range(0, mass.Length)];
        if (k <= 0 || k >= mass.Length)
            return (all, mass);
        var likeliest = new PriorityQueue<float, float>(k);
        foreach (float e in mass)
            if (likeliest.Count < k)
                likeliest.Enqueue(e, e);
            else if (e > likeliest.Peek())
                likeliest.EnqueueDequeue(e, e);
        return Where(all, mass, likeliest.Peek());
    }

    // The smallest set of likeliest tokens whose share reaches p. Tokens of less than (1 − p)/n of the mass hold less than 1 − p
    // together, so none of them is needed: only the others are sorted.
    private static (int[] Ids, float[] Mass) TopP(int[] ids, float[] mass, double p)
    {
        double total = 0, before = 0;
        foreach (float e in mass)
            total += e;
        (ids, mass) = Where(ids, mass, (float)((1.0 - p) * total / ids.Length));
        int[] order = [.. Enumerable.Range(0, ids.Length)];
        float[] descending = [.. mass.Select(e => -e)];
        Array.Sort(descending, order);
        int count = 0;
        while (count < order.Length && (count == 0 || before < p * total))
            before += mass[order[count++]];
        Array.Sort(order, 0, count);
        return ([.. order.Take(count).Select(i => ids[i])], [.. order.Take(count).Select(i => mass[i])]);
    }

    private static (int[] Ids, float[] Mass) Where(int[] ids, float[] mass, float least)
    {
        var keptIds = new List<int>();
        var kept = new List<float>();
        for (int i = 0; i < ids.Length; i++)
            if (mass[i] >= least)
            {
                keptIds.Add(ids[i]);
                kept.Add(mass[i]);
            }
        return ([.. keptIds], [.. kept]);
    }

    private static double BlockSums(ReadOnlySpan<float> row, float temperature, float top, Span<double> blocks)
    {
        double total = 0;
        for (int block = 0; block < blocks.Length; block++)
        {
            Vector512<double> low = default, high = default;
            for (int at = block * Block; at < Math.Min((block + 1) * Block, row.Length); at += Lanes)
            {
                (Vector512<double> lower, Vector512<double> upper) = Vector512.Widen(Exponential(row, at, temperature, top));
                low += lower;
                high += upper;
            }
            total += blocks[block] = Vector512.Sum(low + high);
        }
        return total;
    }

    // e^(logit / temperature − top) of the 16 tokens from one on; nothing beyond the vocabulary.
    private static Vector512<float> Exponential(ReadOnlySpan<float> row, int at, float temperature, float top) =>
        Vector512.Exp(Load(row, at) / Vector512.Create(temperature) - Vector512.Create(top));

    private static Vector512<float> Load(ReadOnlySpan<float> row, int at)
    {
        if (at + Lanes <= row.Length)
            return Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(row), (nuint)at);
        Span<float> tail = stackalloc float[Lanes];
        tail.Fill(float.NegativeInfinity);
        row[at..].CopyTo(tail);
        return Vector512.Create<float>(tail);
    }

    private static float Greatest(ReadOnlySpan<float> row)
    {
        Vector512<float> greatest = Load(row, 0);
        for (int at = Lanes; at < row.Length; at += Lanes)
            greatest = Vector512.Max(greatest, Load(row, at));
        float most = greatest[0];
        for (int i = 1; i < Lanes; i++)
            most = MathF.Max(most, greatest[i]);
        return most;
    }

    // Where nothing compares (a diverged model's NaN), the first.
    private static int IndexOf(ReadOnlySpan<float> row, float value) => Math.Max(0, row.IndexOf(value));
}
