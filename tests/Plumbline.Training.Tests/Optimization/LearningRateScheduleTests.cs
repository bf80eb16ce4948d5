using Plumbline.Training.Optimization;
using Plumbline.Training.Recipes;

namespace Plumbline.Training.Tests.Optimization;

public sealed class LearningRateScheduleTests
{
    // Peak 0.8, 4 warm-up steps of 12. Warm-up: 0.8·s/4 = 0, 0.2, 0.4, 0.6. Then p = (s − 4)/8:
    // linear 0.8·(1 − p); cosine at p = 0, 1/4, 1/2, 1: 0.8·(1 + 1, √½, 0, −1)/2 = 0.8, 0.682843, 0.4, 0.
    [Theory]
    [InlineData(LrSchedulerType.Linear, 0, 0.0), InlineData(LrSchedulerType.Linear, 3, 0.6), InlineData(LrSchedulerType.Linear, 4, 0.8)]
    [InlineData(LrSchedulerType.Linear, 6, 0.6), InlineData(LrSchedulerType.Linear, 11, 0.1), InlineData(LrSchedulerType.Linear, 12, 0.0), InlineData(LrSchedulerType.Linear, 20, 0.0)]
    [InlineData(LrSchedulerType.Cosine, 1, 0.2), InlineData(LrSchedulerType.Cosine, 4, 0.8), InlineData(LrSchedulerType.Cosine, 6, 0.682843)]
    [InlineData(LrSchedulerType.Cosine, 8, 0.4), InlineData(LrSchedulerType.Cosine, 12, 0.0), InlineData(LrSchedulerType.Cosine, 16, 0.0)]
    [InlineData(LrSchedulerType.Constant, 2, 0.4), InlineData(LrSchedulerType.Constant, 4, 0.8), InlineData(LrSchedulerType.Constant, 12, 0.8)]
    public void At_Step_IsTheHandWorkedValue(LrSchedulerType type, int step, double expected) =>
        Assert.Equal(expected, LearningRateSchedule.At(step, 12, new OptimizerOptions { LearningRate = 0.8, LrSchedulerType = type, WarmupSteps = 4 }), precision: 6);

    [Fact]
    public void At_NoWarmUp_BeginsAtThePeak() => Assert.Equal(0.5, LearningRateSchedule.At(0, 10, new OptimizerOptions { LearningRate = 0.5 }));

    // 0.25 of 10 is 2.5, rounded up to 3 steps: step 1 has a third of the peak, step 3 all of it.
    [Theory, InlineData(1, 0.1), InlineData(3, 0.3)]
    public void At_WarmUpAsRatio_IsRoundedUp(int step, double expected) =>
        Assert.Equal(expected, LearningRateSchedule.At(step, 10, new OptimizerOptions { LearningRate = 0.3, WarmupRatio = 0.25 }), precision: 9);

    [Fact]
    public void At_WarmUpLongerThanTheRun_StaysInTheRise() =>
        Assert.Equal(0.09, LearningRateSchedule.At(9, 10, new OptimizerOptions { LearningRate = 1, WarmupSteps = 100 }), precision: 9);

    [Fact]
    public void At_NegativeStepOrEmptyRun_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.At(-1, 10, new OptimizerOptions()));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.At(0, 0, new OptimizerOptions()));
    }
}
