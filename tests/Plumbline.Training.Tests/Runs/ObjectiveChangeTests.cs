using Plumbline.Training.Runs;

namespace Plumbline.Training.Tests.Runs;

public sealed class ObjectiveChangeTests
{
    // First two reports: mean (0.2 + 0.4) / 2 = 0.3, mean variance (0.3² + 0.4²) / 2 = 0.125 over 2·8 completions: √(0.125 / 16) = 0.08839.
    // Last two: mean (0.6 + 0.8) / 2 = 0.7, variance 0.2²: √(0.04 / 16) = 0.05.
    [Fact]
    public void Of_TwoReportsAtEitherEnd_GivesMeansAndTheirErrors()
    {
        ObjectiveRow row = ObjectiveChange.Of("polite", "judge", [0.2, 0.4, 0.5, 0.6, 0.8], [0.3, 0.4, 9, 0.2, 0.2], window: 2, completions: 8);
        Assert.Equal(("polite", "judge"), (row.Name, row.Judge));
        Assert.Equal(0.3, row.Before, 10);
        Assert.Equal(0.7, row.After, 10);
        Assert.Equal(0.08839, row.BeforeSpread!.Value, 5);
        Assert.Equal(0.05, row.AfterSpread!.Value, 10);
    }

    [Fact]
    public void Of_NoDeviationsOrNoReports_LeavesOutWhatIsNotKnown()
    {
        ObjectiveRow row = ObjectiveChange.Of("polite", "judge", [0.2, 0.4], [], 1, 8);
        Assert.Null(row.BeforeSpread);
        Assert.Null(ObjectiveChange.Of("polite", "judge", [0.2, 0.4], [0.1, 0.1], 1, 1).AfterSpread);
        Assert.True(double.IsNaN(ObjectiveChange.Of("polite", "judge", [], [], 1, 8).Before));
    }
}
