using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TorchSharp;

namespace Plumbline.Engine.Segments;

/// <summary>What a softmax over each row of logits needs, taken in two readings of the row: its exponentials in place, their sum, and the entropy.</summary>
/// <remarks>With z' = z − max z and S = Σ e^z': ln p_y = z'_y − ln S, and the entropy is ln S − Σ e^z'·z' / S. Sums are taken in float64, blocks of a row in float32.</remarks>
internal static unsafe class SoftmaxRows
{
    private const int Lanes = 16;
    private const int Block = 32 * Lanes;

    /// <summary>Turns logits into e^(z − max z), in place.</summary>
    /// <param name="logits">(N, V), contiguous.</param>
    /// <param name="targets">int64, (N).</param>
    /// <param name="sums">Takes Σ e^(z − max z), (N).</param>
    /// <param name="logProbs">Takes the targets' log-probabilities, nats, (N).</param>
    /// <param name="entropies">Takes the entropies, nats, (N); null when not wanted.</param>
    public static void Exponentiate(Tensor logits, Tensor targets, Tensor sums, Tensor logProbs, Tensor? entropies)
    {
        if (logits.device_type == DeviceType.CPU && logits.dtype == torch.ScalarType.Float32 && logits.is_contiguous())
            InVectors(logits, targets, sums, logProbs, entropies);
        else
            ByOperations(logits, targets, sums, logProbs, entropies);
    }

    /// <summary>The same by the library's operations, for any dtype and device.</summary>
    internal static void ByOperations(Tensor logits, Tensor targets, Tensor sums, Tensor logProbs, Tensor? entropies)
    {
        using var scope = torch.NewDisposeScope();
        Tensor shifted = logits.sub_(logits.amax([1L], keepdim: true));
        Tensor target = shifted.gather(1, targets.unsqueeze(1)).squeeze(1);
        Tensor exponentials = entropies is null ? shifted.exp_() : shifted.exp();
        Tensor sum = exponentials.sum(1L), logSum = sum.log();
        sums.copy_(sum);
        logProbs.copy_(target - logSum);
        if (entropies is null)
            return;
        // Where e^z' has underflowed to 0, its product with z' is 0 too, even for z' = −∞.
        entropies.copy_(logSum - torch.where(exponentials.gt(0), exponentials * shifted, torch.zeros_like(shifted)).sum(1L) / sum);
        logits.copy_(exponentials);
    }

    private static void InVectors(Tensor logits, Tensor targets, Tensor sums, Tensor logProbs, Tensor? entropies)
    {
        int rows = (int)logits.shape[0], vocabulary = (int)logits.shape[1];
        var data = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(logits.bytes));
        long[] target = targets.cpu().data<long>().ToArray();
        float[] sum = new float[rows], logProb = new float[rows], entropy = new float[rows];
        Parallel.For(0, rows, new ParallelOptions { MaxDegreeOfParallelism = torch.get_num_threads() }, row =>
        {
            float* z = data + (long)row * vocabulary;
            float top = Greatest(z, vocabulary), chosen = z[target[row]] - top;
            (double total, double weighted) = Exponentiate(z, vocabulary, top);
            double logTotal = Math.Log(total);
            (sum[row], logProb[row], entropy[row]) = ((float)total, (float)(chosen - logTotal), (float)(logTotal - weighted / total));
        });
        using var scope = torch.NewDisposeScope();
        sums.copy_(torch.tensor(sum));
        logProbs.copy_(torch.tensor(logProb));
        entropies?.copy_(torch.tensor(entropy));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // vectors are slow until they are optimised
    private static float Greatest(float* z, int count)
    {
        Vector512<float> first = Vector512.Create(float.NegativeInfinity), second = first;
        int i = 0;
        for (; i + 2 * Lanes <= count; i += 2 * Lanes)
        {
            first = Vector512.Max(first, Vector512.Load(z + i));
            second = Vector512.Max(second, Vector512.Load(z + i + Lanes));
        }
        first = Vector512.Max(first, second);
        float greatest = first[0];
        for (int lane = 1; lane < Lanes; lane++)
            greatest = MathF.Max(greatest, first[lane]);
        for (; i < count; i++)
            greatest = MathF.Max(greatest, z[i]);
        return greatest;
    }

    // Σ e^z' and Σ e^z'·z'.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (double Sum, double Weighted) Exponentiate(float* z, int count, float top)
    {
        Vector512<float> shift = Vector512.Create(top);
        double sum = 0, weighted = 0;
        int i = 0;
        while (i + Lanes <= count)
        {
            Vector512<float> blockSum = default, blockWeighted = default;
            for (int end = Math.Min(i + Block, count); i + Lanes <= end; i += Lanes)
            {
                Vector512<float> shifted = Vector512.Load(z + i) - shift, e = Vector512.Exp(shifted);
                e.Store(z + i);
                blockSum += e;
                blockWeighted += Vector512.ConditionalSelect(Vector512.Equals(e, default), default, e * shifted);
            }
            sum += Vector512.Sum(blockSum);
            weighted += Vector512.Sum(blockWeighted);
        }
        for (; i < count; i++)
        {
            float shifted = z[i] - top, e = MathF.Exp(shifted);
            z[i] = e;
            sum += e;
            weighted += e == 0 ? 0 : e * shifted;
        }
        return (sum, weighted);
    }
}
