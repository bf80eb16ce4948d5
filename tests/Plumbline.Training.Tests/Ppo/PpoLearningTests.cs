using Plumbline.Training.Ppo;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;
using Plumbline.Training.Tests.Rewards;

namespace Plumbline.Training.Tests.Ppo;

public sealed class PpoLearningTests
{
    private const int Edge = 8;

    [Theory, InlineData(true), InlineData(false)]
    public async Task Ppo_OnASimpleRule_RaisesItsReward(bool lora)
    {
        using var workshop = new PpoWorkshop();
        List<Dictionary<string, double>> steps = await Train(workshop, lora, Rule.EarlyLetter());
        (double first, double last) = (steps.Take(Edge).Average(m => m["reward"]), steps.TakeLast(Edge).Average(m => m["reward"]));
        Assert.True(last > first + 0.4, $"the reward went from {first:F3} to {last:F3}");
    }

    // 8 steps of 32 completions of which a seventh score 1: the mean has a standard error of 0.022, a difference of 0.031; 0.13 is four of these.
    [Fact]
    public async Task Ppo_WithRewardsOfOtherCompletions_RaisesNothing()
    {
        using var workshop = new PpoWorkshop();
        List<Dictionary<string, double>> steps = await Train(workshop, lora: true, new ShuffledReward(Rule.EarlyLetter(), seed: 5));
        (double first, double last) = (steps.Take(Edge).Average(m => m["reward"]), steps.TakeLast(Edge).Average(m => m["reward"]));
        Assert.True(last < first + 0.13, $"the reward went from {first:F3} to {last:F3}");
    }

    // A constant reward of 1 is a return of 1 from every state: the values go there from 0, and with them the value loss, ½ at first, to 0.
    [Theory, InlineData(true), InlineData(false)]
    public async Task Critic_WithAConstantReward_LearnsIt(bool lora)
    {
        using var workshop = new PpoWorkshop();
        PpoRecipe recipe = workshop.Recipe(lora);
        recipe = recipe with { Ppo = recipe.Ppo with { KlCoef = 0, Lam = 1 }, Optimizer = recipe.Optimizer with { LearningRate = 1e-3 } };
        recipe = recipe with { Ppo = recipe.Ppo with { CriticLearningRate = 2e-2 } };
        (PpoTrainer trainer, _) = workshop.Trainer(recipe, new RuleReward("constant", (_, _) => 1));
        List<Dictionary<string, double>> steps = await PpoWorkshop.Steps(trainer, 30);
        Assert.InRange(steps[0]["loss/value_avg"], 0.2, 0.5);
        Assert.InRange(steps[^1]["loss/value_avg"], 0, 0.02);
    }

    private static async Task<List<Dictionary<string, double>>> Train(PpoWorkshop workshop, bool lora, IRewardSource rewards)
    {
        PpoRecipe recipe = workshop.Recipe(lora);
        recipe = recipe with { Ppo = recipe.Ppo with { NumGenerations = 4, KlCoef = 0.005 }, Training = recipe.Training with { MaxSteps = 50 } };
        (PpoTrainer trainer, _) = workshop.Trainer(recipe, rewards);
        return await PpoWorkshop.Steps(trainer, recipe.Training.MaxSteps);
    }
}
