using Plumbline.Training.Online;
using Plumbline.Training.Policies;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;
using Plumbline.Training.Rloo;
using Plumbline.Training.Rollouts;
using Plumbline.Training.Runs;
using Plumbline.Training.Tests.Grpo;
using Plumbline.Training.Tests.Policies;
using Plumbline.Training.Tests.Rewards;
using Plumbline.Training.Tests.Rollouts;
using Plumbline.Training.Tests.Runs;

namespace Plumbline.Training.Tests.Rloo;

public sealed class RlooTrainerTests
{
    private const int Edge = 10;

    [Theory, InlineData(true), InlineData(false)]
    public async Task Rloo_OnASimpleRule_RaisesItsReward(bool lora)
    {
        using var workshop = new GrpoWorkshop();
        RlooRecipe recipe = Recipe(workshop, lora);
        recipe = recipe with { Rloo = recipe.Rloo with { PromptsPerStep = 4, NumGenerations = 8, Beta = 0.002 }, Training = recipe.Training with { MaxSteps = 60 } };
        (RlooTrainer trainer, _) = Trainer(recipe, Rule.EarlyLetter());
        using RlooTrainer owned = trainer;
        var rewards = new List<double>();
        for (int step = 1; step <= recipe.Training.MaxSteps; step++)
            rewards.Add((await trainer.StepAsync(step, CancellationToken.None))["reward"]);
        (double first, double last) = (rewards.Take(Edge).Average(), rewards.TakeLast(Edge).Average());
        Assert.True(last > first + 0.4, $"the reward went from {first:F3} to {last:F3}");
    }

    // Sampled by the policy before any update, policy and reference agree: the KL is 0 to rounding. Later it is not, and the plain sampler's
    // log-probabilities give the same KL as a forward pass, which top_p = 0.9999999 forces.
    [Theory, InlineData(1.0), InlineData(0.9999999)]
    public async Task Kl_BeforeTheFirstUpdate_IsZero_AndGrowsAfter(double topP)
    {
        using var workshop = new GrpoWorkshop();
        RlooRecipe recipe = Recipe(workshop, lora: false);
        (RlooTrainer trainer, _) = Trainer(recipe with { Rloo = recipe.Rloo with { TopP = topP, Beta = 0.01 } }, Rule.EarlyLetter());
        using RlooTrainer owned = trainer;
        Assert.Equal(0, (await trainer.StepAsync(1, CancellationToken.None))["kl"], 1e-5);
        double moved = 0;
        for (int step = 2; step <= 10; step++)
            moved = (await trainer.StepAsync(step, CancellationToken.None))["kl"];
        Assert.True(Math.Abs(moved) > 1e-3, $"{moved}");
    }

    [Fact]
    public async Task Step_CutIntoPieces_GivesTheSameWeights()
    {
        int end = TinyPolicy.Eos;
        var rollouts = new FixedRollouts([end], [97, end], [98, 99, 100], [1, 2, 3, end], [9, 8, 7, 6, end], [50, 51, 52, 53, 54, 55], [70, 71, 72, 73, 74, 75, end], [5, 5, 5, 5, 5, 5, 5, end]);
        using var workshop = new GrpoWorkshop();
        float[] whole = await Step(1), cut = await Step(4);
        Assert.InRange(TinyPolicy.Distance(whole, cut), 0, 1e-6);

        async Task<float[]> Step(int pieces)
        {
            RlooRecipe recipe = Recipe(workshop, lora: false);
            recipe = recipe with { Optimizer = recipe.Optimizer with { AdamEpsilon = 0.01, MaxGradNorm = 0 }, Training = recipe.Training with { GradientAccumulationSteps = pieces } };
            (RlooTrainer trainer, Policy policy) = Trainer(recipe, Rule.ByNumber(0, 1, 2, 5, 3, -1, 0.5, 2), rollouts);
            using RlooTrainer owned = trainer;
            await trainer.StepAsync(1, CancellationToken.None);
            return TinyPolicy.Weights(policy);
        }
    }

    [Theory, InlineData(0), InlineData(1)]
    public async Task Resume_AfterAnInterruption_EndsWithTheSameWeights(int staleness)
    {
        using var workshop = new GrpoWorkshop();
        RlooRecipe whole = Recipe(workshop, lora: true);
        whole = whole with { Rloo = whole.Rloo with { RolloutStaleness = staleness } };
        RlooRecipe broken = whole with { OutputDir = workshop["broken"] };
        await RlooRun.RunAsync(whole, resume: false, new RecordingObserver(), CancellationToken.None);
        using (var stop = new CancellationTokenSource())
        {
            var observer = new RecordingObserver { Stepped = report => { if (report.Step == 3) stop.Cancel(); } };
            (TrainingOutcome outcome, _) = await RlooRun.RunAsync(broken, resume: false, observer, stop.Token);
            Assert.True(outcome.Interrupted);
        }
        await RlooRun.RunAsync(broken, resume: true, new RecordingObserver(), CancellationToken.None);
        Assert.Equal(File.ReadAllBytes(Path.Combine(workshop["run"], "final", "adapter_model.safetensors")), File.ReadAllBytes(Path.Combine(workshop["broken"], "final", "adapter_model.safetensors")));
    }

    private static RlooRecipe Recipe(GrpoWorkshop workshop, bool lora)
    {
        GrpoRecipe grpo = workshop.Recipe(lora);
        return new RlooRecipe
        {
            Model = grpo.Model,
            OutputDir = grpo.OutputDir,
            Seed = grpo.Seed,
            Adapter = grpo.Adapter,
            Data = grpo.Data,
            Rewards = grpo.Rewards,
            Rloo = new RlooOptions { PromptsPerStep = 2, NumGenerations = 4, MaxCompletionLength = 8 },
            Optimizer = grpo.Optimizer,
            Training = grpo.Training,
        };
    }

    private static (RlooTrainer Trainer, Policy Policy) Trainer(RlooRecipe recipe, RuleReward rewards, IRolloutSource? rollouts = null)
    {
        Policy policy = Policy.Load(recipe.Model, recipe.Adapter, recipe.AdapterPath, recipe.Rloo.NeedsReference, recipe.Seed);
        var parts = new OnlineParts(
            policy, rollouts ?? new LocalRollouts(policy, recipe.Rloo.ToGenerationOptions(recipe.Seed)), rewards,
            [.. rewards.Objectives.Select(_ => 1.0)], new PromptSchedule(GrpoWorkshop.Encode(policy), recipe.Rloo.PromptsPerStep, recipe.Seed));
        return (new RlooTrainer(recipe, parts), policy);
    }
}
