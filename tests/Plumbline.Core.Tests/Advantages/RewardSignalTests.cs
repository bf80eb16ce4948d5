using Plumbline.Core.Advantages;
using TorchSharp;

namespace Plumbline.Core.Tests.Advantages;

public class RewardSignalTests
{
    // L_max 100, L_cache 20: free to 80; at 85, −5/20; at 100, −1; beyond, −1.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(80, 0)]
    [InlineData(81, -0.05)]
    [InlineData(85, -0.25)]
    [InlineData(100, -1)]
    [InlineData(101, -1)]
    public void OverlongPenalty_FallsLinearlyOverTheCache(int length, double expected) =>
        Assert.Equal(expected, OverlongPenalty.Of(length, maxLength: 100, cache: 20), 12);

    [Theory, InlineData(100, 0), InlineData(101, -1)]
    public void OverlongPenalty_WithoutCache_IsAStep(int length, double expected) => Assert.Equal(expected, OverlongPenalty.Of(length, 100, 0));

    [Fact]
    public void OverlongPenalty_BadArguments_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => OverlongPenalty.Of(-1, 100, 20));
        Assert.Throws<ArgumentOutOfRangeException>(() => OverlongPenalty.Of(1, 100, 101));
        Assert.Throws<ArgumentOutOfRangeException>(() => OverlongPenalty.Of(1, 0, 0));
    }

    // Groups of two: equal; different; one scorable; different by rounding alone; opposite merits whose weighted sums (1, 1) are equal; different in an objective of weight 0.
    [Fact]
    public void DeadGroups_AreThoseWithoutSpreadInTheWeightedSum()
    {
        using var scope = torch.NewDisposeScope();
        Tensor rewards = torch.tensor(new[,]
        {
            { 0.3f, 1f, 0f }, { 0.3f, 1f, 0f },
            { 0f, 1f, 0f }, { 0.5f, 1f, 0f },
            { 0.2f, float.NaN, 0f }, { float.NaN, float.NaN, float.NaN },
            { 0.9f, 0f, 0f }, { 0.90000004f, 0f, 0f },
            { 1f, 0f, 0f }, { 0f, 0.5f, 0f },
            { 1f, 1f, 0f }, { 1f, 1f, 9f },
        });
        Assert.Equal([true, false, true, true, true, true], DeadGroups.Find(rewards, 2, [1, 2, 0]));
    }
}
