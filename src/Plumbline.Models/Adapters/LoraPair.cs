using Plumbline.Models.Decoder;
using TorchSharp;

namespace Plumbline.Models.Adapters;

/// <summary>The low-rank update of one projection: W' = W + scale · B·A, whose rows are given lengths of their own where there is a magnitude.</summary>
/// <param name="A">(r, in).</param>
/// <param name="B">(out, r).</param>
/// <param name="Scale">α/r, or α/√r with rank-stabilised scaling; dimensionless.</param>
/// <param name="Dropout">Share of inputs zeroed before A while training.</param>
/// <param name="Magnitude">The length m of each row of W', (out); null leaves rows as long as they are.</param>
public sealed record LoraPair(Tensor A, Tensor B, double Scale, double Dropout, Tensor? Magnitude = null)
{
    // One for all calls: TorchSharp leaves a number's own to the finalizer, which may free it while the library still reads it (dotnet/TorchSharp#1434).
    private readonly Scalar _scale = Scale;

    /// <summary>True while dropout is applied.</summary>
    internal bool Training { get; set; }

    /// <summary>Whether <see cref="Forward"/> draws random numbers.</summary>
    internal bool Drops => Training && Dropout > 0;

    /// <summary>The tensors that are trained.</summary>
    internal IEnumerable<Tensor> Tensors => Magnitude is null ? [A, B] : [A, B, Magnitude];

    /// <summary>What is added to x·Wᵀ, (..., in) to (..., out): scale · (dropout(x)·Aᵀ)·Bᵀ, and with a magnitude what turns the sum's rows to their lengths.</summary>
    /// <remarks>
    /// Source: Hu et al. 2021, arXiv:2106.09685, Eq. 3. With c = m / ‖W + scale·B·A‖ row by row, (c − 1)·dropout(x)·Wᵀ + c·update: Liu et al. 2024,
    /// arXiv:2402.09353, Eq. 5, the norm a constant to the gradient (section 4.3), dropout as PEFT has it. Computed in the type of A and B, given in that of x.
    /// </remarks>
    /// <param name="x">The projection's input.</param>
    /// <param name="projection">Whose W it changes.</param>
    internal Tensor Forward(Tensor x, Linear projection)
    {
        if (Drops)
            x = torch.nn.functional.dropout(x, Dropout, training: true);
        Tensor update = torch.nn.functional.linear(torch.nn.functional.linear(x.to(A.dtype), A) * _scale, B);
        if (Magnitude is null)
            return update.to(x.dtype);
        Tensor share = Magnitude / Lengths(projection);
        return ((share - 1) * projection.Bare(x) + share * update).to(x.dtype);
    }

    /// <summary>W', (out, in), in the caller's dispose scope.</summary>
    internal Tensor Merged(Tensor weight)
    {
        Tensor sum = B.matmul(A).mul_(_scale).add_(weight);
        return Magnitude is null ? sum : sum.mul_((Magnitude / RowLengths(sum)).unsqueeze(1));
    }

    /// <summary>‖W‖ of each row, (out), in the caller's dispose scope.</summary>
    internal static Tensor RowLengths(Tensor weight) => weight.square().sum(1L).sqrt_();

    private Tensor Lengths(Linear projection)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return RowLengths(B.matmul(A).mul_(_scale).add_(projection.Whole(A.dtype))).MoveToOuterDisposeScope();
    }
}
