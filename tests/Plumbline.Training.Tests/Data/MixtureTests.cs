using Plumbline.Training.Data;
using Plumbline.Training.Recipes;

namespace Plumbline.Training.Tests.Data;

public sealed class MixtureTests
{
    [Theory, InlineData(0), InlineData(1), InlineData(2), InlineData(3)]
    public void Interleave_UntilTheFirstIsExhausted_TakesNoRowTwiceAndEndsWithItsLast(long seed)
    {
        IReadOnlyList<(int Source, int Row)> mix = Mixture.Interleave([5, 100], [1, 1], StoppingStrategy.FirstExhausted, seed);
        Assert.Equal(mix.Count, mix.Distinct().Count());
        int ended = mix[^1].Source;
        Assert.Equal(Enumerable.Range(0, new[] { 5, 100 }[ended]), mix.Where(place => place.Source == ended).Select(place => place.Row).Order());
        Assert.All(mix, place => Assert.InRange(place.Row, 0, new[] { 5, 100 }[place.Source] - 1));
    }

    [Fact]
    public void Interleave_UntilAllAreExhausted_TakesEveryRowAndTheShortSourcesAnew()
    {
        IReadOnlyList<(int Source, int Row)> mix = Mixture.Interleave([3, 50], [1, 1], StoppingStrategy.AllExhausted, seed: 4);
        Assert.Equal(53, mix.Distinct().Count());
        int[] shorter = [.. mix.Where(place => place.Source == 0).Select(place => place.Row)];
        Assert.All(shorter.Chunk(3).Where(round => round.Length == 3), round => Assert.Equal([0, 1, 2], round.Order()));
        Assert.Equal((1, 50), (mix[^1].Source, mix.Count(place => place.Source == 1)));
    }

    // Of 4,000 draws at 3 to 1, 3,000 are of the first source, give or take 27 (one standard deviation).
    [Fact]
    public void Interleave_Weights_AreTheSharesOfTheMix()
    {
        IReadOnlyList<(int Source, int Row)> mix = Mixture.Interleave([6000, 6000], [3, 1], StoppingStrategy.FirstExhausted, seed: 1);
        Assert.InRange(mix.Take(4000).Count(place => place.Source == 0), 2890, 3110);
    }

    [Fact]
    public void Interleave_TheSameSeed_IsTheSameMix()
    {
        IReadOnlyList<(int, int)> Mix(long seed) => Mixture.Interleave([20, 30], [1, 2], StoppingStrategy.AllExhausted, seed);
        Assert.Equal(Mix(7), Mix(7));
        Assert.NotEqual(Mix(7), Mix(8));
    }
}
