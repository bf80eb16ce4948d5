using Plumbline.Engine.Sampling;
using TorchSharp;

namespace Plumbline.Engine.Tests.Sampling;

public sealed class TokenSamplerTests
{
    // softmax(ln 4, ln 3, ln 2, ln 1) = 0.4, 0.3, 0.2, 0.1
    private static readonly double[] Logits = [Math.Log(4), Math.Log(3), Math.Log(2), 0];

    private static (long Id, double LogProb) Sample(double uniform, SamplingOptions options, bool[]? seen = null)
    {
        using var scope = torch.NewDisposeScope();
        Tensor logits = torch.tensor(Logits.Select(l => (float)l).ToArray()).unsqueeze(0);
        (Tensor ids, Tensor logProbs) = TokenSampler.Sample(logits, [uniform], seen is null ? null : torch.tensor(seen).unsqueeze(0), options);
        return (ids.ToInt64(), logProbs.ToDouble());
    }

    [Theory, InlineData(0.0, 0), InlineData(0.39, 0), InlineData(0.41, 1), InlineData(0.69, 1), InlineData(0.71, 2), InlineData(0.91, 3), InlineData(0.999999, 3)]
    public void Uniform_PicksTheTokenWhoseIntervalHoldsIt(double uniform, long expected)
    {
        (long id, double logProb) = Sample(uniform, new SamplingOptions());
        Assert.Equal(expected, id);
        Assert.Equal(Math.Log(new[] { 0.4, 0.3, 0.2, 0.1 }[expected]), logProb, 5);
    }

    [Fact]
    public void Temperature_FlattensTheDistributionAndTheLogProb()
    {
        // τ = 2: weights √4, √3, √2, 1 = 2, 1.7321, 1.4142, 1; sum 6.1463; first interval ends at 0.3254.
        (long id, double logProb) = Sample(0.33, new SamplingOptions { Temperature = 2 });
        Assert.Equal(1, id);
        Assert.Equal(Math.Log(1.7320508 / 6.1462644), logProb, 5);
    }

    [Fact]
    public void TemperatureZero_TakesTheLikeliest_WithItsPlainLogProb()
    {
        (long id, double logProb) = Sample(0.99, new SamplingOptions { Temperature = 0 });
        Assert.Equal((0, Math.Log(0.4)), (id, Math.Round(logProb, 6)), new Near());
    }

    [Theory]
    [InlineData(2, 1.0, 0.0, 0.58, 1)] // top-k 2: 4/7 = 0.571 ends the first interval
    [InlineData(2, 1.0, 0.0, 0.999, 1)]
    [InlineData(0, 0.65, 0.0, 0.999, 1)] // top-p 0.65: 0.4 < 0.65 <= 0.7, two stay
    [InlineData(0, 0.75, 0.0, 0.999, 2)] // top-p 0.75: 0.7 < 0.75, three stay
    [InlineData(0, 0.01, 0.0, 0.999, 0)] // the likeliest always stays
    [InlineData(0, 1.0, 0.6, 0.999, 1)] // min-p 0.6: 0.24 is the floor, two stay
    public void Filters_KeepOnlyTheirTokens(int topK, double topP, double minP, double uniform, long expected) =>
        Assert.Equal(expected, Sample(uniform, new SamplingOptions { TopK = topK, TopP = topP, MinP = minP }).Id);

    [Fact]
    public void FilteredToken_KeepsItsLogProbOverTheWholeVocabulary() =>
        Assert.Equal(Math.Log(0.3), Sample(0.999, new SamplingOptions { TopK = 2 }).LogProb, 5);

    [Fact]
    public void RepetitionPenalty_DividesPositiveLogitsOfSeenTokens()
    {
        // Token 0 seen, penalty 2: ln 4 / 2 = ln 2, so weights 2, 3, 2, 1 and the likeliest is token 1.
        Assert.Equal(1, Sample(0, new SamplingOptions { Temperature = 0, RepetitionPenalty = 2 }, [true, false, false, false]).Id);
    }

    [Fact]
    public void CounterRandom_IsUniformAndDependsOnEveryCoordinate()
    {
        double[] draws = [.. Enumerable.Range(0, 10_000).Select(i => CounterRandom.Uniform(1, i % 10, i / 10 % 10, i / 100))];
        Assert.InRange(draws.Average(), 0.49, 0.51);
        Assert.Equal(10_000, draws.Distinct().Count());
        double first = CounterRandom.Uniform(1, 2, 3, 4);
        Assert.Equal(first, CounterRandom.Uniform(1, 2, 3, 4));
        Assert.NotEqual(first, CounterRandom.Uniform(2, 2, 3, 4));
        Assert.NotEqual(first, CounterRandom.Uniform(1, 3, 2, 4));
    }

    private sealed class Near : IEqualityComparer<(long, double)>
    {
        public bool Equals((long, double) x, (long, double) y) => x.Item1 == y.Item1 && Math.Abs(x.Item2 - y.Item2) < 1e-5;

        public int GetHashCode((long, double) obj) => obj.Item1.GetHashCode();
    }
}
