using Plumbline.Training.Grpo;
using Plumbline.Training.Policies;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;
using Plumbline.Training.Runs;
using Plumbline.Training.Tests.Policies;
using Plumbline.Training.Tests.Rewards;

namespace Plumbline.Training.Tests.Grpo;

/// <summary>Numbers that are none must not reach the weights; a run that has nothing else stops and says why.</summary>
public sealed class UnsoundStepTests
{
    private const int Rows = 8;

    [Theory, InlineData(double.PositiveInfinity), InlineData(double.NegativeInfinity)]
    public async Task Step_WithAnInfiniteReward_IsSkippedAndCounted(double infinity)
    {
        using var workshop = new GrpoWorkshop();
        (GrpoTrainer trainer, Policy policy) = workshop.Trainer(workshop.Recipe(), Rule.ByCall(Rows - 1, infinity, 1));
        float[] before = TinyPolicy.Weights(policy);
        Dictionary<string, double> step = (await GrpoWorkshop.Steps(trainer, 1))[0];
        Assert.Equal(1.0, step["skipped_updates"]);
        Assert.Equal(infinity, step["rewards/call/mean"]);
        Assert.Equal(before, TinyPolicy.Weights(policy));
    }

    [Fact]
    public async Task Run_WithTenUnsoundUpdatesInARow_StopsWithAdvice()
    {
        using var workshop = new GrpoWorkshop();
        (GrpoTrainer trainer, Policy policy) = workshop.Trainer(workshop.Recipe(), Rule.ByCall(Rows, double.PositiveInfinity));
        float[] before = TinyPolicy.Weights(policy);
        Assert.All(await GrpoWorkshop.Steps(trainer, 9), step => Assert.Equal(1.0, step["skipped_updates"]));
        TrainingException failure = await Assert.ThrowsAsync<TrainingException>(() => GrpoWorkshop.Steps(trainer, 10, first: 10));
        Assert.Contains("Step 10", failure.Message);
        Assert.Contains("infinite", failure.Message);
        Assert.Equal(before, TinyPolicy.Weights(policy));
    }

    [Fact]
    public async Task Run_WithUnsoundUpdatesNowAndThen_GoesOn()
    {
        using var workshop = new GrpoWorkshop();
        double infinity = double.PositiveInfinity;
        (GrpoTrainer trainer, _) = workshop.Trainer(workshop.Recipe(), Rule.ByCall(Rows, infinity, infinity, infinity, infinity, infinity, infinity, 1));
        List<Dictionary<string, double>> steps = await GrpoWorkshop.Steps(trainer, 28);
        Assert.Equal(24, steps.Sum(s => s["skipped_updates"]));
    }

    // A resumed run stops where the uninterrupted one would: the count goes on.
    [Fact]
    public async Task Run_ResumedAmongUnsoundUpdates_GoesOnCounting()
    {
        using var workshop = new GrpoWorkshop();
        (GrpoTrainer first, _) = workshop.Trainer(workshop.Recipe(), Rule.ByCall(Rows, double.PositiveInfinity));
        (GrpoTrainer second, _) = workshop.Trainer(workshop.Recipe(), Rule.ByCall(Rows, double.PositiveInfinity));
        await GrpoWorkshop.Steps(first, 6);
        Directory.CreateDirectory(workshop["state"]);
        first.SaveState(workshop["state"]);
        second.LoadState(workshop["state"]);
        await GrpoWorkshop.Steps(second, 9, first: 7);
        await Assert.ThrowsAsync<TrainingException>(() => GrpoWorkshop.Steps(second, 10, first: 10));
    }

    [Fact]
    public async Task Run_WhoseWeightsWereBlownUp_StopsAndNamesTheLearningRate()
    {
        using var workshop = new GrpoWorkshop();
        GrpoRecipe recipe = workshop.Recipe();
        recipe = recipe with { Optimizer = recipe.Optimizer with { LearningRate = 1e30 } };
        (GrpoTrainer trainer, _) = workshop.Trainer(recipe, new RuleReward("length", (_, c) => c.Length));
        TrainingException failure = await Assert.ThrowsAsync<TrainingException>(() => GrpoWorkshop.Steps(trainer, 40));
        Assert.Contains("optimizer.learning_rate", failure.Message);
        Assert.Contains("1E+30", failure.Message);
    }
}
