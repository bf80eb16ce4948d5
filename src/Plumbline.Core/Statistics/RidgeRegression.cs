using TorchSharp;

namespace Plumbline.Core.Statistics;

/// <summary>Ridge regression with an intercept that is not penalised, in closed form, for any number of labels of the same features.</summary>
/// <remarks>
/// Minimises Σ (y − w·x − b)² + λ·|w|². With x and y centred, XᵀX = V·diag(l)·Vᵀ and Z = X·V: w = V·(Zᵀy / (l + λ)), b = ȳ − w·x̄. The error of
/// leaving row i out is e_i / (1 − h_i), h_i = 1/n + Σ_j Z_ij² / (l_j + λ), exactly (Hastie, Tibshirani and Friedman, section 7.10.1; Golub, Heath
/// and Wahba 1979), so that one decomposition serves every λ and every label. float64 throughout. Owns its tensors.
/// </remarks>
public sealed class RidgeRegression : IDisposable
{
    // Half decades around the features' mean variance: from next to none to next to nothing left of the weights.
    private static readonly double[] Penalties = [.. Enumerable.Range(0, 19).Select(i => Math.Pow(10, -6 + i / 2.0))];
    private readonly Tensor _mean, _basis, _scales, _rotated;

    /// <summary>Decomposes.</summary>
    /// <param name="features">Finite, (n, D), of any floating type; n at least 2.</param>
    /// <exception cref="ArgumentException">There are fewer than two rows.</exception>
    public RidgeRegression(Tensor features)
    {
        ArgumentNullException.ThrowIfNull(features);
        (long rows, _) = Shapes.Matrix(features);
        if (rows < 2)
            throw new ArgumentException($"There are {rows} rows to fit, but a line needs 2 at least.", nameof(features));
        using var gradients = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Tensor x = features.to(torch.ScalarType.Float64);
        _mean = x.mean([0L]).DetachFromDisposeScope();                                       // (D)
        Tensor centred = x - _mean;
        (Tensor scales, Tensor basis) = torch.linalg.eigh(centred.t().matmul(centred));                                // (D), (D, D)
        _scales = scales.clamp_min(0.0).DetachFromDisposeScope();
        _basis = basis.DetachFromDisposeScope();
        _rotated = centred.matmul(basis).DetachFromDisposeScope();                           // (n, D)
    }

    /// <summary>Fits labels.</summary>
    /// <param name="labels">Finite, n of them.</param>
    /// <param name="lambda">The penalty, above 0; null takes the one of the least leave-one-out error on a grid.</param>
    /// <exception cref="ArgumentException">There are not n labels.</exception>
    public RidgeFit Fit(IReadOnlyList<double> labels, double? lambda = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Count != _rotated.shape[0])
            throw new ArgumentException($"There are {labels.Count} labels for {_rotated.shape[0]} rows of features.", nameof(labels));
        double mean = labels.Average();
        using var gradients = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Tensor y = torch.tensor(labels.Select(label => label - mean).ToArray());                                       // (n)
        Tensor moments = _rotated.t().matmul(y);                                                                       // (D)
        double unit = _scales.mean().ToDouble();
        double[] tried = lambda is { } given ? [given] : unit > 0 ? [.. Penalties.Select(penalty => penalty * unit)] : [1];
        (double best, double error) = tried.Select(penalty => (penalty, error: LeaveOneOut(y, moments, penalty))).MinBy(each => each.error);
        Tensor weights = _basis.matmul(moments / (_scales + best));                                                    // (D)
        return new RidgeFit([.. weights.data<double>()], mean - weights.dot(_mean).ToDouble(), best, error);
    }

    private double LeaveOneOut(Tensor y, Tensor moments, double penalty)
    {
        using var scope = torch.NewDisposeScope();
        Tensor shrunk = (_scales + penalty).reciprocal();                                                              // (D)
        Tensor residual = y - _rotated.matmul(moments * shrunk);                                                       // (n)
        Tensor leverage = _rotated.square().matmul(shrunk) + 1.0 / y.shape[0];
        return (residual / (1.0 - leverage)).square().mean().ToDouble();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _mean.Dispose();
        _basis.Dispose();
        _scales.Dispose();
        _rotated.Dispose();
    }
}
