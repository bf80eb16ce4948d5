using Plumbline.Training.Data;

namespace Plumbline.Training.Tests.Data;

public sealed class RowScheduleTests
{
    // 7 rows, 3 a step: 7 steps are three epochs, whose borders lie within steps.
    [Fact]
    public void Rows_EachEpoch_TakesEveryRowOnce()
    {
        var schedule = new RowSchedule(7, 3, seed: 1);
        int[][] epochs = [.. Enumerable.Range(1, 7).SelectMany(schedule.Rows).Chunk(7)];
        Assert.Equal(3, epochs.Length);
        Assert.All(epochs, epoch => Assert.Equal([0, 1, 2, 3, 4, 5, 6], epoch.Order()));
        Assert.NotEqual(epochs[0], epochs[1]);
    }

    [Fact]
    public void Rows_OfAStep_DoNotDependOnWhatWasAskedBefore()
    {
        var forwards = new RowSchedule(7, 3, seed: 1);
        int[][] inOrder = [.. Enumerable.Range(1, 9).Select(forwards.Rows)];
        var backwards = new RowSchedule(7, 3, seed: 1);
        for (int step = 9; step >= 1; step--)
            Assert.Equal(inOrder[step - 1], backwards.Rows(step));
        Assert.Equal(inOrder[4], new RowSchedule(7, 3, seed: 1).Rows(5));
    }

    [Fact]
    public void Rows_OfAnotherSeed_HaveAnotherOrder() =>
        Assert.NotEqual(new RowSchedule(50, 50, seed: 1).Rows(1), new RowSchedule(50, 50, seed: 2).Rows(1));

    // More rows a step than there are: the step goes on into the next epoch.
    [Fact]
    public void Rows_OfAStepLongerThanTheData_GoOnIntoTheNextEpoch()
    {
        int[] rows = new RowSchedule(2, 5, seed: 1).Rows(1);
        Assert.Equal([0, 1], rows[..2].Order());
        Assert.Equal([0, 1], rows[2..4].Order());
    }

    [Theory, InlineData(0, 1.0, 3), InlineData(0, 2.0, 5), InlineData(0, 0.01, 1), InlineData(4, 9.0, 4)]
    public void TotalSteps_IsWhatWasAskedFor_ElseTheEpochsWorth(int maxSteps, double epochs, int expected) =>
        Assert.Equal(expected, new RowSchedule(7, 3, seed: 1).TotalSteps(maxSteps, epochs));

    [Fact]
    public void StepsPerEpoch_AndFirstNumber_CountFromTheBeginning()
    {
        var schedule = new RowSchedule(7, 3, seed: 1);
        Assert.Equal(3, schedule.StepsPerEpoch);
        Assert.Equal([0L, 3L, 6L], Enumerable.Range(1, 3).Select(schedule.FirstNumber));
    }

    [Theory, InlineData(0, 1), InlineData(1, 0)]
    public void Schedule_OfNothing_IsRefused(int count, int rowsPerStep) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RowSchedule(count, rowsPerStep, seed: 1));
}
