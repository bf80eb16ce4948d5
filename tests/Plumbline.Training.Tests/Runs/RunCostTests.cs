using Plumbline.Training.Recipes;
using Plumbline.Training.Runs;
using Plumbline.Training.Tests.Grpo;

namespace Plumbline.Training.Tests.Runs;

public sealed class RunCostTests
{
    [Fact]
    public void After_AddsTimes_AndKeepsTheGreaterPeak()
    {
        RunCost first = new() { Seconds = 3, ProcessorSeconds = 5, PeakMemoryBytes = 700, RestingMemoryBytes = 100 };
        RunCost both = new RunCost { Seconds = 2, ProcessorSeconds = 1, PeakMemoryBytes = 600, RestingMemoryBytes = 90 }.After(first);
        Assert.Equal((5.0, 6.0, 700L, 90L), (both.Seconds, both.ProcessorSeconds, both.PeakMemoryBytes, both.RestingMemoryBytes!.Value));
    }

    // A step samples 8 completions of 1 to 8 tokens: the run must end with the first step that brings the sum to 100.
    [Fact]
    public async Task Run_WithABudgetOfGeneratedTokens_EndsWithTheStepThatSpendsIt()
    {
        using var workshop = new GrpoWorkshop();
        GrpoRecipe recipe = workshop.Recipe();
        recipe = recipe with { Training = recipe.Training with { MaxSteps = 100, MaxGeneratedTokens = 100 } };
        (TrainingOutcome outcome, RecordingObserver observer) = await GrpoWorkshop.Run(recipe);
        double[] generated = [.. observer.Steps.Select(s => s.Metrics[MetricNames.GeneratedTokens])];
        Assert.True(generated[^1] >= 100 && generated[^2] < 100, string.Join(", ", generated));
        Assert.Equal(outcome.Steps, generated.Length);
    }

    // The tiny policy trained whole, with a frozen copy as reference: held twice, trained once, two moments each.
    [Fact]
    public async Task Run_LeavesItsCost_WithTheNumbersItHeld()
    {
        using var workshop = new GrpoWorkshop();
        await GrpoWorkshop.Run(workshop.Recipe());
        RunCost cost = RunCost.Read(Path.Combine(workshop["run"], "cost.json"))!;
        Assert.True(cost.Seconds > 0 && cost.ProcessorSeconds > 0 && cost.PeakMemoryBytes > 10_000_000);
        Assert.Equal((2 * cost.Parameters!.Trained, 2 * cost.Parameters.Trained), (cost.Parameters.Held, cost.Parameters.Optimised));
    }
}
