using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>silu(gate) · up as one node of the graph, in one pass over memory there and one back; as single operations autograd keeps silu(gate) too.</summary>
/// <remarks>
/// With s = 1/(1 + e^−gate): silu = gate·s, and for g = d loss / d y, d loss / d up = g·silu and d loss / d gate = g·up·s·(1 + gate − silu).
/// Each number depends on its own inputs alone.
/// </remarks>
internal sealed unsafe class SwiGlu : torch.autograd.SingleTensorFunction<SwiGlu>
{
    private const long PieceElements = 1 << 15; // worth a thread, and within its cache

    public override string Name => nameof(SwiGlu);

    /// <summary>Whether the passes can read this: float32 on the processor, without gaps, in whole vectors.</summary>
    public static bool Takes(Tensor gate, Tensor up) =>
        gate.dtype == torch.ScalarType.Float32 && up.dtype == torch.ScalarType.Float32 && gate.device_type == DeviceType.CPU
        && gate.is_contiguous() && up.is_contiguous() && gate.numel() > 0 && gate.numel() % Vector512<float>.Count == 0 && gate.numel() * sizeof(float) <= int.MaxValue;

    /// <summary>silu(gate) · up, in their shape.</summary>
    public static Tensor Run(Tensor gate, Tensor up)
    {
        if (!torch.is_grad_enabled() || !(gate.requires_grad || up.requires_grad))
            return Product(gate, up);
        using var scope = torch.NewDisposeScope(); // apply leaves tensors behind: the result's first owner, and an empty one of its size
        return apply(gate, up).MoveToOuterDisposeScope();
    }

    /// <summary>Takes gate and up.</summary>
    public override Tensor forward(torch.autograd.AutogradContext ctx, params object[] vars)
    {
        (Tensor gate, Tensor up) = ((Tensor)vars[0], (Tensor)vars[1]);
        ctx.save_for_backward([gate, up]);
        return Product(gate, up);
    }

    /// <summary>Gives the gradients of gate and up.</summary>
    public override List<Tensor> backward(torch.autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = torch.NewDisposeScope();
        List<Tensor> saved = ctx.get_saved_variables();
        Tensor gate = saved[0], up = saved[1], upstream = grad_output.contiguous(), ofGate = torch.empty_like(gate), ofUp = torch.empty_like(up);
        float* gates = Data(gate), ups = Data(up), slopes = Data(upstream), gateSlopes = Data(ofGate), upSlopes = Data(ofUp);
        EachPiece(gate.numel(), (first, end) => Back(gates, ups, slopes, gateSlopes, upSlopes, first, end));
        GC.KeepAlive((gate, up, upstream));
        return [ofGate.MoveToOuterDisposeScope(), ofUp.MoveToOuterDisposeScope()];
    }

    private static Tensor Product(Tensor gate, Tensor up)
    {
        Tensor product = torch.empty_like(gate);
        float* gates = Data(gate), ups = Data(up), products = Data(product);
        EachPiece(gate.numel(), (first, end) => There(gates, ups, products, first, end));
        GC.KeepAlive((gate, up));
        return product;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void There(float* gate, float* up, float* product, long first, long end)
    {
        for (long i = first; i < end; i += Vector512<float>.Count)
        {
            Vector512<float> x = Vector512.Load(gate + i);
            (x / (Vector512<float>.One + Vector512.Exp(-x)) * Vector512.Load(up + i)).Store(product + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Back(float* gate, float* up, float* slope, float* ofGate, float* ofUp, long first, long end)
    {
        for (long i = first; i < end; i += Vector512<float>.Count)
        {
            Vector512<float> x = Vector512.Load(gate + i), upstream = Vector512.Load(slope + i);
            Vector512<float> sigmoid = Vector512<float>.One / (Vector512<float>.One + Vector512.Exp(-x)), silu = x * sigmoid;
            (upstream * silu).Store(ofUp + i);
            (upstream * Vector512.Load(up + i) * sigmoid * (Vector512<float>.One + x - silu)).Store(ofGate + i);
        }
    }

    private static void EachPiece(long count, Action<long, long> work)
    {
        long pieces = (count + PieceElements - 1) / PieceElements;
        void Work(long piece) => work(piece * PieceElements, Math.Min(count, (piece + 1) * PieceElements));
        if (pieces == 1 || torch.get_num_threads() == 1)
            for (long piece = 0; piece < pieces; piece++)
                Work(piece);
        else
            Parallel.For(0, pieces, new ParallelOptions { MaxDegreeOfParallelism = torch.get_num_threads() }, Work);
    }

    private static float* Data(Tensor tensor) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
