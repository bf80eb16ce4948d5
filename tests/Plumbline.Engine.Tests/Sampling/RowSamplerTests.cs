using Plumbline.Engine.Sampling;
using TorchSharp;

namespace Plumbline.Engine.Tests.Sampling;

public sealed class RowSamplerTests
{
    // softmax(ln 4, ln 3, ln 2, ln 1) = 0.4, 0.3, 0.2, 0.1
    private static readonly float[] Logits = [MathF.Log(4), MathF.Log(3), MathF.Log(2), 0];

    private static readonly SamplingOptions[] Options =
    [
        new SamplingOptions(),
        new SamplingOptions { Temperature = 0.7 },
        new SamplingOptions { Temperature = 0 },
        new SamplingOptions { TopK = 7 },
        new SamplingOptions { TopP = 0.9, Temperature = 1.3 },
        new SamplingOptions { MinP = 0.1 },
        new SamplingOptions { TopK = 20, TopP = 0.8, MinP = 0.02, Temperature = 0.9 },
        new SamplingOptions { RepetitionPenalty = 1.4 },
        new SamplingOptions { RepetitionPenalty = 1.4, Temperature = 0 },
        new SamplingOptions { RepetitionPenalty = 0.8, TopP = 0.7 },
    ];

    public static TheoryData<int> Ways() => [.. Enumerable.Range(0, Options.Length)];

    // Vocabularies below a vector of 16, with a rest, of whole blocks of 256, and beyond.
    [Theory, MemberData(nameof(Ways))]
    public void Row_GetsTheTokenAndLogProbOfTheTensorSampler(int way)
    {
        SamplingOptions options = Options[way];
        using var scope = torch.NewDisposeScope();
        var random = new Random(11);
        foreach (int vocabulary in new[] { 3, 16, 37, 512, 1000 })
        {
            const int Rows = 40;
            float[] values = [.. Enumerable.Range(0, Rows * vocabulary).Select(_ => (float)(6 * random.NextDouble() - 3 + (random.Next(9) == 0 ? 5 : 0)))];
            double[] uniforms = [.. Enumerable.Range(0, Rows).Select(_ => random.NextDouble())];
            HashSet<int> seen = [0, 2, vocabulary - 1];
            bool[] flags = [.. Enumerable.Range(0, Rows * vocabulary).Select(i => seen.Contains(i % vocabulary))];
            (Tensor ids, Tensor logProbs) = TokenSampler.Sample(
                torch.tensor(values).view(Rows, vocabulary), uniforms, torch.tensor(flags).view(Rows, vocabulary), options);
            for (int row = 0; row < Rows; row++)
            {
                (int id, float logProb) = RowSampler.Sample(values.AsSpan(row * vocabulary, vocabulary), uniforms[row], seen, options);
                Assert.Equal((int)ids[row].ToInt64(), id);
                Assert.Equal(logProbs[row].ToDouble(), logProb, 1e-5);
            }
        }
    }

    [Theory, InlineData(0.0, 0), InlineData(0.39, 0), InlineData(0.41, 1), InlineData(0.71, 2), InlineData(0.91, 3), InlineData(0.9999999999, 3)]
    public void Uniform_PicksTheTokenWhoseIntervalHoldsIt(double uniform, int expected)
    {
        (int id, float logProb) = RowSampler.Sample(Logits, uniform, null, new SamplingOptions());
        Assert.Equal(expected, id);
        Assert.Equal(Math.Log(new[] { 0.4, 0.3, 0.2, 0.1 }[expected]), logProb, 5);
    }

    [Fact]
    public void ForbiddenToken_IsNeverDrawn_AtEitherEnd()
    {
        float[] row = [float.NegativeInfinity, 1, 1, float.NegativeInfinity];
        Assert.Equal((1, 2), (RowSampler.Sample(row, 0, null, new SamplingOptions()).Id, RowSampler.Sample(row, 1 - 1e-16, null, new SamplingOptions()).Id));
        Assert.Equal(Math.Log(0.5), RowSampler.Sample(row, 0, null, new SamplingOptions()).LogProb, 6);
    }

    [Fact]
    public void DivergedModel_GetsSomeToken_AndALogProbThatSaysSo()
    {
        (int id, float logProb) = RowSampler.Sample([float.NaN, float.NaN, float.NaN], 0.5, null, new SamplingOptions());
        Assert.InRange(id, 0, 2);
        Assert.True(float.IsNaN(logProb));
    }
}
