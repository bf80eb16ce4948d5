using TorchSharp;

namespace Plumbline.Models.Quantization;

/// <summary>x·Wᵀ + b with a packed, frozen W, unpacked some rows at a time there and back: the whole of W never exists in the type of x.</summary>
/// <remarks>Nothing is kept for the way back: d loss / d x = G·W, by the same blocks.</remarks>
internal sealed class PackedProduct : torch.autograd.SingleTensorFunction<PackedProduct>
{
    private const long BlockElements = 2L << 20; // 8 MiB of float32
    private const long BlockRows = 16;
    private const string Weight = "weight";

    public override string Name => nameof(PackedProduct);

    /// <summary>(..., in) to (..., out).</summary>
    /// <param name="x">(..., in).</param>
    /// <param name="weight">(out, in); must outlive the way back.</param>
    /// <param name="bias">(out), frozen, of x's type; or null.</param>
    public static Tensor Linear(Tensor x, PackedMatrix weight, Tensor? bias)
    {
        if (!torch.is_grad_enabled() || !x.requires_grad)
            return Forward(x, weight, bias);
        using var scope = torch.NewDisposeScope(); // apply leaves tensors behind: the result's first owner, and an empty one of its size
        return apply(x, weight, new Tensor?[] { bias }).MoveToOuterDisposeScope();
    }

    /// <summary>x·W, (..., out) to (..., in), without a way back.</summary>
    public static Tensor Transposed(Tensor x, PackedMatrix weight)
    {
        using var scope = torch.NewDisposeScope();
        Tensor rows = x.reshape(-1, weight.Rows);                                                 // (N, out)
        Tensor y = torch.zeros([.. x.shape[..^1], weight.Columns], dtype: x.dtype, device: x.device), flat = y.view(-1, weight.Columns);
        foreach ((long first, long count) in Blocks(weight))
        {
            using var blockScope = torch.NewDisposeScope();
            flat.addmm_(rows.narrow(1, first, count), weight.Unpack(first, count, x.dtype));
        }
        return y.MoveToOuterDisposeScope();
    }

    /// <summary>Takes x, the packed weight, the bias in an array.</summary>
    public override Tensor forward(torch.autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.save_data(Weight, vars[1]);
        return Forward((Tensor)vars[0], (PackedMatrix)vars[1], ((Tensor?[])vars[2])[0]);
    }

    /// <summary>Gives the gradient of x.</summary>
    public override List<Tensor> backward(torch.autograd.AutogradContext ctx, Tensor grad_output) =>
        [Transposed(grad_output, (PackedMatrix)ctx.get_data(Weight)), null!, null!];

    private static Tensor Forward(Tensor x, PackedMatrix weight, Tensor? bias)
    {
        using var scope = torch.NewDisposeScope();
        Tensor rows = x.reshape(-1, weight.Columns);                                              // (N, in)
        Tensor y = torch.empty([.. x.shape[..^1], weight.Rows], dtype: x.dtype, device: x.device), flat = y.view(-1, weight.Rows);
        foreach ((long first, long count) in Blocks(weight))
        {
            using var blockScope = torch.NewDisposeScope();
            flat.narrow(1, first, count).copy_(torch.nn.functional.linear(rows, weight.Unpack(first, count, x.dtype), bias?.narrow(0, first, count)));
        }
        return y.MoveToOuterDisposeScope(); // no view: what is made of a function's output may be written over
    }

    private static IEnumerable<(long First, long Count)> Blocks(PackedMatrix weight)
    {
        long size = Math.Max(1, BlockElements / weight.Columns / BlockRows) * BlockRows;
        for (long first = 0; first < weight.Rows; first += size)
            yield return (first, Math.Min(size, weight.Rows - first));
    }
}
