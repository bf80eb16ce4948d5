using CsCheck;
using Plumbline.Training.Data;

namespace Plumbline.Training.Tests.Data;

public sealed class DeterministicShuffleTests
{
    [Fact]
    public void Order_AnyArguments_IsAPermutationAndRepeats() =>
        Gen.Select(Gen.Int[0, 200], Gen.Long, Gen.Int[0, 1000]).Sample((count, seed, epoch) =>
        {
            int[] order = DeterministicShuffle.Order(count, seed, epoch);
            return order.Order().SequenceEqual(Enumerable.Range(0, count)) && order.SequenceEqual(DeterministicShuffle.Order(count, seed, epoch));
        });

    [Fact]
    public void Order_OtherSeedOrEpoch_IsAnotherOrder()
    {
        int[] order = DeterministicShuffle.Order(100, seed: 1, epoch: 0);
        Assert.NotEqual(order, DeterministicShuffle.Order(100, seed: 1, epoch: 1));
        Assert.NotEqual(order, DeterministicShuffle.Order(100, seed: 2, epoch: 0));
        Assert.NotEqual(Enumerable.Range(0, 100), order);
    }

    // 8,000 orders of 4 rows: each of the 24 should come 333 times, with a standard deviation of 17.9; 6 of them are 107.
    [Fact]
    public void Order_ManySeeds_TakesEachPermutationAsOften()
    {
        int[] counts = [.. Enumerable.Range(0, 8000).GroupBy(seed => string.Join(',', DeterministicShuffle.Order(4, seed, 3))).Select(group => group.Count())];
        Assert.Equal(24, counts.Length);
        Assert.All(counts, count => Assert.InRange(count, 226, 440));
    }

    [Theory, InlineData(10, 0.0, 0), InlineData(10, 0.25, 2), InlineData(10, 0.01, 1), InlineData(2, 0.99, 1), InlineData(1, 0.5, 0), InlineData(0, 0.5, 0)]
    public void Split_Fraction_HoldsOutThatManyAndLosesNone(int count, double fraction, int heldOut)
    {
        (int[] train, int[] held) = DeterministicShuffle.Split(count, fraction, seed: 5);
        Assert.Equal(heldOut, held.Length);
        Assert.Equal(Enumerable.Range(0, count), train.Concat(held).Order());
        Assert.Equal(train.Order(), train);
    }
}
