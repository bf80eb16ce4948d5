using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>Projections of one input on W' = W + s·B·A, one product each, as one node of the graph: gradients of A and B without W' being a parameter.</summary>
/// <remarks>
/// For G = d loss / d y: d loss / d x = Σ G·W', and with U = s·x·Aᵀ and V = s·G·B, d loss / d B = Gᵀ·U and d loss / d A = Vᵀ·x. The thin products with A
/// of all projections run as one. Only x is kept: W' is made again on the way back. Where B is 0, the result is exactly that of W alone.
/// </remarks>
internal sealed class MergedProjections : torch.autograd.MultiTensorFunction<MergedProjections>
{
    private const string Scales = "scales";

    public override string Name => nameof(MergedProjections);

    /// <summary>Whether <see cref="Run"/> takes this projection, and it pays.</summary>
    /// <remarks>W' costs the product B·A; the adapter by itself costs its products with the rows. Weights of few bits would lose a small update in rounding.</remarks>
    public static bool Takes(Linear projection, torch.ScalarType dtype, long rows)
    {
        if (projection.Packed is not null || projection.Adapter is not { Magnitude: null } pair || pair.Drops)
            return false;
        Tensor weight = projection.Weight;
        long outputs = weight.shape[0], inputs = weight.shape[1];
        return !weight.requires_grad && projection.Bias is not { requires_grad: true } && rows * (inputs + outputs) >= inputs * outputs
            && dtype is torch.ScalarType.Float32 or torch.ScalarType.Float64 && weight.dtype == dtype && pair.A.dtype == dtype && pair.B.dtype == dtype;
    }

    /// <summary>(..., in) to (..., out) each.</summary>
    /// <param name="x">Their input.</param>
    /// <param name="projections">Ones that <see cref="Takes"/> takes.</param>
    public static IReadOnlyList<Tensor> Run(Tensor x, IReadOnlyList<Linear> projections)
    {
        if (!torch.is_grad_enabled())
            return [.. projections.Select(p => torch.nn.functional.linear(x, Merged(p.Weight, p.Adapter!.A, p.Adapter.B, p.Adapter.Scale), p.Bias))];
        using var scope = torch.NewDisposeScope(); // apply leaves tensors behind: the results' first owners, and an empty one of the size of each
        return [.. apply([x, projections.Select(p => p.Bias).ToArray(), projections.Select(p => p.Adapter!.Scale).ToArray(),
            .. projections.SelectMany(p => new[] { p.Weight, p.Adapter!.A, p.Adapter.B })]).Select(y => y.MoveToOuterDisposeScope())];
    }

    /// <summary>Takes x, the biases, the scales; then W, A, B of each projection.</summary>
    public override List<Tensor> forward(torch.autograd.AutogradContext ctx, params object[] vars)
    {
        using var scope = torch.NewDisposeScope();
        (Tensor x, Tensor?[] biases, double[] scales) = ((Tensor)vars[0], (Tensor?[])vars[1], (double[])vars[2]);
        Tensor[] tensors = [.. vars[3..].Cast<Tensor>()];
        ctx.save_for_backward([x, .. tensors]);
        ctx.save_data(Scales, scales);
        ctx.set_materialize_grads(false);
        return [.. scales.Select((scale, i) => torch.nn.functional.linear(x, Merged(tensors[3 * i], tensors[3 * i + 1], tensors[3 * i + 2], scale), biases[i]).MoveToOuterDisposeScope())];
    }

    /// <summary>Gives the gradients of x, of every A, of every B.</summary>
    public override List<Tensor> backward(torch.autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        using var scope = torch.NewDisposeScope();
        List<Tensor> saved = ctx.get_saved_variables();
        double[] scales = (double[])ctx.get_data(Scales);
        Tensor x = saved[0], rows = x.reshape(-1, x.shape[^1]);                                                   // (N, in)
        Tensor[] downs = [.. scales.Select((_, i) => saved[3 * i + 2])], ups = [.. scales.Select((_, i) => saved[3 * i + 3])];
        Tensor[] gradients = [.. grad_outputs.Select((g, i) => g.IsInvalid ? rows.new_zeros(rows.shape[0], ups[i].shape[0]) : g.reshape(-1, g.shape[^1]))];                           // (N, out)
        long[] ranks = [.. downs.Select(a => a.shape[0])];

        Tensor? ofInput = x.requires_grad ? OfInput() : null;
        Tensor[] low = torch.nn.functional.linear(rows, torch.cat(downs, 0)).split(ranks, 1);                              // (N, r)
        Tensor[] lowGradients = [.. gradients.Select((g, i) => torch.nn.functional.linear(g, ups[i].t()).mul_(scales[i]))]; // (N, r)
        Tensor[] ofDowns = torch.cat(lowGradients, 1).t().matmul(rows).split(ranks, 0);                           // (r, in)
        List<Tensor> results = [ofInput?.MoveToOuterDisposeScope()!, null!, null!];
        for (int i = 0; i < scales.Length; i++)
            results.AddRange([null!, ofDowns[i].MoveToOuterDisposeScope(), gradients[i].t().matmul(low[i]).mul_(scales[i]).MoveToOuterDisposeScope()]);
        return results;

        Tensor OfInput()
        {
            Tensor[] shares = [.. gradients.Select((g, i) => torch.nn.functional.linear(g, Merged(saved[3 * i + 1].t(), ups[i].t(), downs[i].t(), scales[i])))];
            for (int i = 1; i < shares.Length; i++)
                shares[0].add_(shares[i]);
            return shares[0].view(x.shape);
        }
    }

    // Of W, A, B; or of Wᵀ, Bᵀ, Aᵀ, for W'ᵀ.
    private static Tensor Merged(Tensor weight, Tensor a, Tensor b, double scale) => b.matmul(a).mul_(scale).add_(weight);
}
