using Plumbline.Core.Statistics;
using TorchSharp;

namespace Plumbline.Core.Tests.Statistics;

public sealed class RidgeRegressionTests
{
    // x̄ = (1, 0), ȳ = 3. Centred rows (±1, 0), (0, ±2) and labels 0, −2, 3, −1: XᵀX = diag(2, 8), Xᵀy = (2, 8).
    // λ = 2: w = (2/4, 8/10), b = 3 − 0.5·1 = 2.5. Residuals −0.5, −1.5, 1.4, 0.6; leverages 1/4 + 1/4 and 1/4 + 4/10:
    // leave-one-out errors −1, −3, 4, 0.6/0.35, mean square (1 + 9 + 16 + 2.938776)/4.
    [Fact]
    public void Fit_OfTwoFeatures_IsAsWorkedByHand()
    {
        using Tensor x = torch.tensor(new[,] { { 2f, 0 }, { 0, 0 }, { 1, 2 }, { 1, -2 } });
        using var ridge = new RidgeRegression(x);
        RidgeFit fit = ridge.Fit([3, 1, 6, 2], lambda: 2);
        Assert.Equal(0.5, fit.Weights[0], 1e-12);
        Assert.Equal(0.8, fit.Weights[1], 1e-12);
        Assert.Equal(2.5, fit.Intercept, 1e-12);
        Assert.Equal(2, fit.Lambda);
        Assert.Equal((1 + 9 + 16 + 0.36 / 0.1225) / 4, fit.LeaveOneOutError, 1e-12);
    }

    // More features than rows, with one that is constant: every row is predicted from a fit to the others.
    [Fact]
    public void LeaveOneOutError_IsThatOfFittingAnewWithoutEachRow()
    {
        double[] labels = [0.3, -1.2, 2.0, 0.7, 0.1];
        using var generator = new torch.Generator(3);
        using Tensor x = torch.randn(5, 7, torch.ScalarType.Float64, generator: generator);
        x.select(1, 2).fill_(4);
        using var all = new RidgeRegression(x);
        double squares = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            int[] others = [.. Enumerable.Range(0, labels.Length).Where(i => i != row)];
            using Tensor kept = x.index_select(0, torch.tensor(others.Select(i => (long)i).ToArray()));
            using var fit = new RidgeRegression(kept);
            RidgeFit without = fit.Fit([.. others.Select(i => labels[i])], lambda: 0.7);
            double predicted = without.Intercept + without.Weights.Select((w, j) => w * x[row, j].ToDouble()).Sum();
            squares += Math.Pow(labels[row] - predicted, 2);
        }
        Assert.Equal(squares / labels.Length, all.Fit(labels, lambda: 0.7).LeaveOneOutError, 1e-9);
    }

    // Labels that are a plane of the features want next to no penalty, labels that have nothing to do with them the greatest.
    [Fact]
    public void Fit_WithoutAPenalty_TakesTheOneOfLeastError()
    {
        using var generator = new torch.Generator(5);
        using Tensor x = torch.randn(60, 3, torch.ScalarType.Float64, generator: generator), noise = torch.randn(60, torch.ScalarType.Float64, generator: generator);
        using var ridge = new RidgeRegression(x);
        double[] plane = [.. Enumerable.Range(0, 60).Select(i => 2 * x[i, 0].ToDouble() - x[i, 2].ToDouble() + 5)];
        RidgeFit exact = ridge.Fit(plane), guess = ridge.Fit(noise.data<double>().ToArray());
        Assert.Equal([2, 0, -1], exact.Weights.Select(w => Math.Round(w, 4)));
        Assert.Equal(5, exact.Intercept, 1e-4);
        Assert.True(guess.Lambda > 1e4 * exact.Lambda, $"{guess.Lambda} {exact.Lambda}");
        Assert.All(guess.Weights, w => Assert.InRange(w, -0.1, 0.1));
        Assert.True(guess.LeaveOneOutError <= ridge.Fit(noise.data<double>().ToArray(), exact.Lambda).LeaveOneOutError);
    }

    [Fact]
    public void Fit_OfConstantFeatures_IsTheMean()
    {
        using Tensor x = torch.ones(4, 2);
        using var ridge = new RidgeRegression(x);
        RidgeFit fit = ridge.Fit([1, 2, 3, 6]);
        Assert.Equal([0.0, 0.0], fit.Weights);
        Assert.Equal(3, fit.Intercept);
    }

    [Fact]
    public void Fit_OfOneRow_OrOfOtherNumbersOfLabels_IsRefused()
    {
        using Tensor one = torch.ones(1, 2), two = torch.ones(2, 2);
        Assert.StartsWith("There are 1 rows to fit", Assert.Throws<ArgumentException>(() => new RidgeRegression(one)).Message);
        using var ridge = new RidgeRegression(two);
        Assert.StartsWith("There are 3 labels for 2 rows", Assert.Throws<ArgumentException>(() => ridge.Fit([1, 2, 3])).Message);
    }
}
