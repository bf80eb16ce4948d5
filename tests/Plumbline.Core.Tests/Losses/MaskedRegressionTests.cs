using Plumbline.Core.Losses;
using TorchSharp;

namespace Plumbline.Core.Tests.Losses;

public class MaskedRegressionTests
{
    private const float NaN = float.NaN;
    private static readonly double[] Weights = [1, 3];

    // Objective 0 is labelled in both rows, objective 1 in row 1 alone; the output where the label is missing is infinite.
    private static Tensor Predictions() => torch.tensor(new[,] { { 1f, float.PositiveInfinity }, { 0f, 2f } }).requires_grad_();

    private static Tensor Labels() => torch.tensor(new[,] { { 0f, NaN }, { 1f, 0f } });

    // mse: errors 1, 1 and 4. Means 1 and 4. (1·1 + 3·4)/4 = 3.25. Gradients w_k/Σw·2e/n: 0.25·2·1/2 = 0.25, 0.25·2·(−1)/2 = −0.25, 0.75·2·2/1 = 3.
    // huber (δ = 1): 0.5, 0.5 and 1·(2 − 0.5) = 1.5. (0.5 + 4.5)/4 = 1.25. Gradients 0.25·1/2 = 0.125, −0.125, 0.75·1 = 0.75.
    // logistic: z = 1, y = 0: ln(1 + e) = 1.313262; z = 0, y = 1: ln 2 = 0.693147, mean 1.003204; z = 2, y = 0: ln(1 + e²) = 2.126928.
    //   (1.003204 + 3·2.126928)/4 = 1.845997. Gradients (σ(z) − y): 0.25·0.731059/2 = 0.0913823; 0.25·(−0.5)/2 = −0.0625; 0.75·0.880797 = 0.660598.
    [Theory]
    [InlineData("mse", 3.25, 0.25, -0.25, 3)]
    [InlineData("huber", 1.25, 0.125, -0.125, 0.75)]
    [InlineData("logistic", 1.845997, 0.0913823, -0.0625, 0.660598)]
    public void Compute_HandWorked_LossAndGradient(string kind, double expected, double g00, double g10, double g11)
    {
        using var scope = torch.NewDisposeScope();
        Tensor predictions = Predictions();
        Tensor loss = MaskedRegression.Compute(predictions, Labels(), Weights, RegressionKinds.Get(kind));
        loss.backward();
        Close.To([expected], loss);
        Close.To([g00, 0, g10, g11], predictions.grad!);
    }

    // δ = 0.5 at error 2: 0.5·(2 − 0.25) = 0.875.
    [Fact]
    public void HuberWith_OtherDelta_TurnsThere()
    {
        using var scope = torch.NewDisposeScope();
        Close.To([0.875], MaskedRegression.Compute(torch.tensor(new[,] { { 2f } }), torch.tensor(new[,] { { 0f } }), [1], RegressionKinds.HuberWith(0.5)));
        Assert.Throws<ArgumentOutOfRangeException>(() => RegressionKinds.HuberWith(0));
    }

    [Fact]
    public void Predict_LogisticIsSigmoid_OthersAreTheOutput()
    {
        using var scope = torch.NewDisposeScope();
        Tensor outputs = torch.tensor(new[] { 0f, 2f });
        Close.To([0.5, 0.880797], RegressionKinds.Logistic.Predict(outputs));
        Close.To([0, 2], RegressionKinds.Mse.Predict(outputs));
        Close.To([0, 2], RegressionKinds.Huber.Predict(outputs));
    }

    [Theory, InlineData("mse"), InlineData("huber"), InlineData("logistic")]
    public void Compute_MicroBatchesWithTheStepsCounts_SumToTheStep(string kind)
    {
        using var scope = torch.NewDisposeScope();
        RegressionKind regression = RegressionKinds.Get(kind);
        Tensor predictions = torch.tensor(new[,] { { 0.5f, 1f }, { -1f, 2f }, { 0.2f, -0.3f } }).requires_grad_();
        Tensor labels = torch.tensor(new[,] { { 0f, NaN }, { 1f, 0f }, { NaN, 1f } });
        Tensor whole = MaskedRegression.Compute(predictions, labels, Weights, regression);
        whole.backward();
        double[] once = Close.Doubles(predictions.grad!);

        double[] counts = MaskedRegression.CountLabelled(labels);
        Assert.Equal([2, 2], counts);
        double sum = 0;
        for (int row = 0; row < 3; row++)
        {
            Tensor part = MaskedRegression.Compute(predictions.narrow(0, row, 1), labels.narrow(0, row, 1), Weights, regression, counts);
            part.backward();
            sum += part.ToDouble();
        }
        Close.Numbers([whole.ToDouble()], [sum]);
        Close.To(once.Select(g => 2 * g).ToArray(), predictions.grad!);
    }

    // Objective 1 is labelled nowhere: its weight leaves the divisor, and objective 0's mean error 1 is the loss.
    [Fact]
    public void Compute_ObjectiveWithoutLabels_IsLeftOut()
    {
        using var scope = torch.NewDisposeScope();
        Close.To([1], MaskedRegression.Compute(Predictions(), torch.tensor(new[,] { { 0f, NaN }, { 1f, NaN } }), Weights, RegressionKinds.Mse));
    }

    [Fact]
    public void Compute_NoLabels_IsZeroWithGradientZero()
    {
        using var scope = torch.NewDisposeScope();
        Tensor predictions = Predictions();
        Tensor loss = MaskedRegression.Compute(predictions, torch.full([2, 2], NaN), Weights, RegressionKinds.Logistic);
        loss.backward();
        Assert.Equal(0, loss.ToDouble());
        Assert.All(Close.Doubles(predictions.grad!), g => Assert.Equal(0, g));
    }

    [Fact]
    public void Compute_WrongInputs_AreRefused()
    {
        using var scope = torch.NewDisposeScope();
        Assert.Throws<ShapeException>(() => MaskedRegression.Compute(Predictions(), torch.zeros(2, 3), Weights, RegressionKinds.Mse));
        Assert.Equal("weights", Assert.Throws<ShapeException>(() => MaskedRegression.Compute(Predictions(), Labels(), [1], RegressionKinds.Mse)).ParamName);
        Assert.Throws<ArgumentException>(() => MaskedRegression.Compute(Predictions(), Labels(), [1, -1], RegressionKinds.Mse));
        Assert.Contains("labelledRows[1] is 0, but 1 rows", Assert.Throws<ArgumentException>(
            () => MaskedRegression.Compute(Predictions(), Labels(), Weights, RegressionKinds.Mse, [2, 0])).Message, StringComparison.Ordinal);
        Assert.Contains("huber, logistic, mse", Assert.Throws<ArgumentException>(() => RegressionKinds.Get("mae")).Message, StringComparison.Ordinal);
    }
}
