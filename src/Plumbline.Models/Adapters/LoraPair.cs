using TorchSharp;

namespace Plumbline.Models.Adapters;

/// <summary>The low-rank update of one projection: scale · B·A.</summary>
/// <param name="A">(r, in).</param>
/// <param name="B">(out, r).</param>
/// <param name="Scale">α/r, or α/√r with rank-stabilised scaling; dimensionless.</param>
/// <param name="Dropout">Share of inputs zeroed before A while training.</param>
public sealed record LoraPair(Tensor A, Tensor B, double Scale, double Dropout)
{
    /// <summary>True while dropout is applied.</summary>
    internal bool Training { get; set; }

    /// <summary>(..., in) to (..., out): scale · (dropout(x)·Aᵀ)·Bᵀ.</summary>
    /// <remarks>Source: Hu et al. 2021, arXiv:2106.09685, Eq. 3.</remarks>
    internal Tensor Forward(Tensor x)
    {
        if (Training && Dropout > 0)
            x = torch.nn.functional.dropout(x, Dropout, training: true);
        return torch.nn.functional.linear(torch.nn.functional.linear(x, A) * Scale, B);
    }
}
