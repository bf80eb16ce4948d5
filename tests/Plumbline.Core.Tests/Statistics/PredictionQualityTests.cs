using CsCheck;
using Plumbline.Core.Statistics;

namespace Plumbline.Core.Tests.Statistics;

public class PredictionQualityTests
{
    // Positives score 0.9 and 0.4, negatives 0.4 and 0.1. Pairs: 0.9 beats both (2), 0.4 ties one (½) and beats one (1): 3.5/4.
    [Fact]
    public void AreaUnderCurve_HandWorked_TiesCountOneHalf() =>
        Assert.Equal(0.875, AreaUnderCurve.Compute([0.9, 0.4, 0.4, 0.1], [1, 1, 0, 0]), 12);

    [Fact]
    public void AreaUnderCurve_EqualsThePairCount() =>
        Gen.Select(Gen.Int[0, 6], Gen.Bool).Array[1, 40].Sample(rows =>
        {
            double[] scores = rows.Select(r => (double)r.Item1).ToArray(), labels = rows.Select(r => r.Item2 ? 1.0 : 0.0).ToArray();
            double wins = 0, pairs = 0;
            foreach (var positive in rows.Where(r => r.Item2))
                foreach (var negative in rows.Where(r => !r.Item2))
                {
                    pairs++;
                    wins += positive.Item1 > negative.Item1 ? 1 : positive.Item1 == negative.Item1 ? 0.5 : 0;
                }
            double area = AreaUnderCurve.Compute(scores, labels);
            return pairs == 0 ? double.IsNaN(area) : Math.Abs(area - wins / pairs) < 1e-12;
        });

    [Fact]
    public void AreaUnderCurve_OneClassOrNaN_IsNaN()
    {
        Assert.True(double.IsNaN(AreaUnderCurve.Compute([0.1, 0.2], [1, 1])));
        Assert.True(double.IsNaN(AreaUnderCurve.Compute([0.1, 0.2], [0, 0])));
        Assert.True(double.IsNaN(AreaUnderCurve.Compute([double.NaN, 0.2], [0, 1])));
        Assert.True(double.IsNaN(AreaUnderCurve.Compute([0.1, 0.2, 0.3], [0, 1, double.NaN])));
        Assert.Throws<ShapeException>(() => AreaUnderCurve.Compute([0.1], [0, 1]));
    }

    // Errors 1, 0, −1: 2/3. Labels 0, 2, 4 about 2: (4 + 0 + 4)/3 = 8/3. R² = 1 − (2/3)/(8/3) = 3/4.
    [Fact]
    public void MeanSquaredError_HandWorked()
    {
        double[] predictions = [1, 2, 3], labels = [0, 2, 4];
        Assert.Equal(2.0 / 3, MeanSquaredError.Compute(predictions, labels), 12);
        Assert.Equal(8.0 / 3, MeanSquaredError.OfTheMean(labels), 12);
        Assert.Equal(0.75, MeanSquaredError.RSquared(predictions, labels), 12);
        Assert.Equal(0, MeanSquaredError.RSquared([2, 2, 2], labels), 12);
    }

    [Fact]
    public void MeanSquaredError_Degenerate_IsNaN()
    {
        Assert.True(double.IsNaN(MeanSquaredError.Compute([], [])));
        Assert.True(double.IsNaN(MeanSquaredError.OfTheMean([])));
        Assert.True(double.IsNaN(MeanSquaredError.RSquared([1, 2], [3, 3])));
        Assert.True(double.IsNaN(MeanSquaredError.RSquared([1, double.NaN], [3, 4])));
        Assert.Throws<ShapeException>(() => MeanSquaredError.Compute([1], [1, 2]));
    }

    // Bin 1 holds 0.12 and 0.18 (mean 0.15) with labels 0 and 1 (mean 0.5): 0.35·2/4. Bin 9 holds 0.95 and 1.0 (mean 0.975) with labels 1, 1: 0.025·2/4. Sum 0.1875.
    [Fact]
    public void CalibrationError_HandWorked() =>
        Assert.Equal(0.1875, CalibrationError.Compute([0.12, 0.18, 0.95, 1.0], [0, 1, 1, 1]), 12);

    // Bin 1 is too low (0.15 against 1), bin 9 too high (0.975 against 0.5): 0.85/2 + 0.475/2 = 0.6625. In one bin they cancel to |0.5625 − 0.75| = 0.1875.
    [Fact]
    public void CalibrationError_OppositeErrors_DoNotCancelAcrossBins()
    {
        double[] predictions = [0.12, 0.18, 0.95, 1.0], labels = [1, 1, 0, 1];
        Assert.Equal(0.6625, CalibrationError.Compute(predictions, labels), 12);
        Assert.Equal(0.1875, CalibrationError.Compute(predictions, labels, bins: 1), 12);
    }

    [Fact]
    public void CalibrationError_OutsideTheUnitInterval_FallsIntoTheEndBins() =>
        Assert.Equal((0.2 + 0.5) / 2, CalibrationError.Compute([-0.2, 1.5], [0, 1]), 12);

    [Fact]
    public void CalibrationError_Degenerate_IsNaN()
    {
        Assert.True(double.IsNaN(CalibrationError.Compute([], [])));
        Assert.True(double.IsNaN(CalibrationError.Compute([double.NaN], [1])));
        Assert.True(double.IsNaN(CalibrationError.Compute([0.5], [double.NaN])));
        Assert.Throws<ShapeException>(() => CalibrationError.Compute([0.5], [0, 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => CalibrationError.Compute([0.5], [0], bins: 0));
    }

    // Labels 1, 2, 4 over predictions 0, 1, 2: Σdxdy = (−1)(1 − 7/3) + 0 + (1)(4 − 7/3) = 3; Σdx² = 2: slope 1.5, intercept 7/3 − 1.5 = 5/6.
    [Fact]
    public void CalibrationLine_HandWorked()
    {
        CalibrationLine line = CalibrationLine.Fit([0, 1, 2], [1, 2, 4]);
        Assert.Equal(1.5, line.Slope, 12);
        Assert.Equal(5.0 / 6, line.Intercept, 12);
    }

    [Fact]
    public void CalibrationLine_ConstantPredictions_IsNaN()
    {
        CalibrationLine line = CalibrationLine.Fit([0.1, 0.1, 0.1], [1, 2, 4]);
        Assert.True(double.IsNaN(line.Slope) && double.IsNaN(line.Intercept));
        Assert.Throws<ShapeException>(() => CalibrationLine.Fit([0.1], [1, 2]));
    }

    // 2, 4, 9: mean 5; squares 9 + 1 + 16 = 26; 26/2 = 13.
    [Fact]
    public void Summary_HandWorked_StdIsUnbiased()
    {
        Assert.Equal(new Summary(3, 5, Math.Sqrt(13)), Summary.Of([2, 4, 9]));
        Summary one = Summary.Of([7]), none = Summary.Of([]);
        Assert.True(one.Mean == 7 && double.IsNaN(one.Std));
        Assert.True(none.Count == 0 && double.IsNaN(none.Mean) && double.IsNaN(none.Std));
    }
}
