using Plumbline.Training.Grpo;
using Plumbline.Training.Online;
using Plumbline.Training.Policies;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;
using Plumbline.Training.Runs;
using Plumbline.Training.Tests.Policies;
using Plumbline.Training.Tests.Rewards;
using Plumbline.Training.Tests.Rollouts;
using Plumbline.Training.Tests.Runs;

namespace Plumbline.Training.Tests.Grpo;

/// <summary>Steps that have little or nothing to learn from, each with its defined outcome.</summary>
public sealed class DegenerateStepTests
{
    private static readonly FixedRollouts Rollouts = new([97, TinyPolicy.Eos], [98, 99, TinyPolicy.Eos], [100, TinyPolicy.Eos], [1, 2, 3, TinyPolicy.Eos]);
    private static readonly FixedRollouts CutOff = new([97, 98], [98, 99], [100, 97], [1, 2]);

    [Fact]
    public async Task Step_WithoutVarianceInItsGroups_LeavesThePolicyAlone()
    {
        using var workshop = new GrpoWorkshop();
        (GrpoTrainer trainer, Policy policy) = workshop.Trainer(OnePrompt(workshop), Rule.ByNumber(2, 2, 2, 2), Rollouts);
        float[] before = TinyPolicy.Weights(policy);
        Dictionary<string, double> step = (await GrpoWorkshop.Steps(trainer, 1))[0];
        Assert.Equal(0.0, step["loss"], 1e-9);
        Assert.Equal(1.0, step["frac_reward_zero_std"]);
        Assert.Equal(0.0, step["skipped_updates"]);
        Assert.Equal(before, TinyPolicy.Weights(policy));
    }

    // Only the KL still speaks: once the policy has moved, such a step draws it back.
    [Fact]
    public async Task Step_WithoutVariance_OfAMovedPolicy_HasTheKlAloneForItsLoss()
    {
        using var workshop = new GrpoWorkshop();
        GrpoRecipe recipe = OnePrompt(workshop);
        (GrpoTrainer trainer, _) = workshop.Trainer(recipe, Moving(), Rollouts);
        Dictionary<string, double> step = (await GrpoWorkshop.Steps(trainer, 2))[1];
        Assert.True(step["kl"] > 1e-6);
        Assert.Equal(recipe.Grpo.Beta * step["kl"], step["loss"], 1e-7);
    }

    [Fact]
    public async Task Step_WithRowsThatNoObjectiveScores_LearnsFromTheOthers()
    {
        using var workshop = new GrpoWorkshop();
        var seen = new List<CompletionTable>();
        (GrpoTrainer trainer, Policy policy) = workshop.Trainer(OnePrompt(workshop), Rule.ByNumber(double.NaN, 0, 1, double.NaN), Rollouts, seen.Add);
        float[] before = TinyPolicy.Weights(policy);
        Dictionary<string, double> step = (await GrpoWorkshop.Steps(trainer, 1))[0];
        double[] advantages = [.. Assert.Single(seen).Advantages];
        Assert.Equal([0.0, 0.0], [advantages[0], advantages[3]]);
        Assert.Equal(0.5 / (Math.Sqrt(0.5) + 1e-4), advantages[2], 1e-6); // mean 0.5 and unbiased spread √0.5 of the two that count
        Assert.Equal(0.5, step["reward"]);
        Assert.True(TinyPolicy.Distance(before, TinyPolicy.Weights(policy)) > 0);
    }

    [Fact]
    public async Task Step_WithNothingButNaN_ChangesNothingAndIsNoFault()
    {
        using var workshop = new GrpoWorkshop();
        (GrpoTrainer trainer, Policy policy) = workshop.Trainer(OnePrompt(workshop), Rule.ByCall(4, double.NaN), Rollouts);
        float[] before = TinyPolicy.Weights(policy);
        foreach (Dictionary<string, double> step in await GrpoWorkshop.Steps(trainer, 12))
        {
            Assert.Equal(double.NaN, step["reward"]);
            Assert.Equal(0.0, step["loss"], 1e-9);
            Assert.Equal(0.0, step["skipped_updates"]);
        }
        Assert.Equal(before, TinyPolicy.Weights(policy));
    }

    [Fact]
    public async Task Run_WithAConstantObjective_GoesOnAndSaysSo()
    {
        using var workshop = new GrpoWorkshop();
        GrpoRecipe recipe = workshop.Recipe();
        recipe = recipe with { Rewards = [.. recipe.Rewards, new RewardSource { Type = RewardSourceType.Regex, Name = "always", Pattern = "" }] };
        (TrainingOutcome outcome, RecordingObserver observer) = await GrpoWorkshop.Run(recipe);
        Assert.Equal(6, outcome.Steps);
        foreach (StepReport step in observer.Steps)
        {
            Assert.Equal(0.0, step.Metrics["advantage_share/always/weighted"]);
            Assert.Equal(1.0, step.Metrics["rewards/always/mean"]);
        }
        Assert.Contains(observer.Steps, s => s.Metrics["advantage_share/early/weighted"] == 1.0);
        Assert.Single(observer.Messages, m => m.Severity == RunSeverity.Advice && m.Text.StartsWith("The objective 'always' has been 1 ", StringComparison.Ordinal));
    }

    [Theory, InlineData("dapo"), InlineData("grpo"), InlineData("bnpo"), InlineData("dr_grpo")]
    public async Task Step_OfCompletionsOfOneToken_Learns(string lossType)
    {
        using var workshop = new GrpoWorkshop();
        GrpoRecipe recipe = OnePrompt(workshop);
        var rollouts = new FixedRollouts([TinyPolicy.Eos], [97], [98], [99]);
        (GrpoTrainer trainer, Policy policy) = workshop.Trainer(recipe with { Grpo = recipe.Grpo with { LossType = lossType } }, Rule.ByNumber(0, 1, 2, 3), rollouts);
        float[] before = TinyPolicy.Weights(policy);
        Dictionary<string, double> step = (await GrpoWorkshop.Steps(trainer, 1))[0];
        Assert.Equal(1.0, step["completions/max_length"]);
        Assert.Equal(0.0, step["loss"], 1e-6); // ratio 1: minus the mean of the advantages
        Assert.InRange(step["grad_norm"], 1e-3, 1e3);
        Assert.True(TinyPolicy.Distance(before, TinyPolicy.Weights(policy)) > 0);
    }

    [Theory, InlineData("dapo"), InlineData("grpo"), InlineData("bnpo"), InlineData("dr_grpo")]
    public async Task Step_WithEveryCompletionCutOffAndMasked_ChangesNothing(string lossType)
    {
        using var workshop = new GrpoWorkshop();
        GrpoRecipe recipe = OnePrompt(workshop);
        (GrpoTrainer trainer, Policy policy) = workshop.Trainer(
            recipe with { Grpo = recipe.Grpo with { LossType = lossType, MaskTruncatedCompletions = true } }, Rule.ByNumber(0, 1, 2, 3), CutOff);
        float[] before = TinyPolicy.Weights(policy);
        Dictionary<string, double> step = (await GrpoWorkshop.Steps(trainer, 1))[0];
        Assert.Equal(0.0, step["loss"]);
        Assert.Equal(0.0, step["grad_norm"]);
        Assert.Equal(1.0, step["completions/clipped_ratio"]);
        Assert.All(step, metric => Assert.True(double.IsFinite(metric.Value), metric.Key));
        Assert.Equal(before, TinyPolicy.Weights(policy));
    }

    // The first call moves the policy, the second finds all completions alike.
    private static RuleReward Moving()
    {
        int row = 0;
        return new("moving", (_, _) => row++ is var n && n < 4 ? n : 0);
    }

    private static GrpoRecipe OnePrompt(GrpoWorkshop workshop)
    {
        GrpoRecipe recipe = workshop.Recipe();
        return recipe with { Grpo = recipe.Grpo with { PromptsPerStep = 1 } };
    }
}
