using Plumbline.Training.Grpo;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;
using Plumbline.Training.Tests.Rewards;

namespace Plumbline.Training.Tests.Grpo;

public sealed class LearningTests
{
    private const int Edge = 10;

    [Theory, InlineData(true), InlineData(false)]
    public async Task Grpo_OnASimpleRule_RaisesItsReward(bool lora)
    {
        using var workshop = new GrpoWorkshop();
        (double first, double last) = await Train(workshop, lora, Rule.EarlyLetter());
        Assert.True(last > first + 0.4, $"the reward went from {first:F3} to {last:F3}");
    }

    // 10 steps of 32 completions of which a seventh score 1: the mean has a standard error of 0.02, a difference of 0.03; 0.12 is four of these.
    [Fact]
    public async Task Grpo_WithRewardsOfOtherCompletions_RaisesNothing()
    {
        using var workshop = new GrpoWorkshop();
        (double first, double last) = await Train(workshop, lora: false, new ShuffledReward(Rule.EarlyLetter(), seed: 5));
        Assert.True(last < first + 0.12, $"the reward went from {first:F3} to {last:F3}");
    }

    private static async Task<(double First, double Last)> Train(GrpoWorkshop workshop, bool lora, IRewardSource rewards)
    {
        GrpoRecipe recipe = workshop.Recipe(lora);
        recipe = recipe with { Grpo = recipe.Grpo with { PromptsPerStep = 4, NumGenerations = 8, Beta = 0.01 }, Training = recipe.Training with { MaxSteps = 60 } };
        (GrpoTrainer trainer, _) = workshop.Trainer(recipe, rewards);
        List<Dictionary<string, double>> steps = await GrpoWorkshop.Steps(trainer, recipe.Training.MaxSteps);
        return (steps.Take(Edge).Average(m => m["reward"]), steps.TakeLast(Edge).Average(m => m["reward"]));
    }
}
