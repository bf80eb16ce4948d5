using Plumbline.Engine.Generation;
using Plumbline.Training.Grpo;
using Plumbline.Training.Online;
using Plumbline.Training.Policies;
using Plumbline.Training.Ppo;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rollouts;
using Plumbline.Training.Tests.Grpo;
using Plumbline.Training.Tests.Policies;
using Plumbline.Training.Tests.Ppo;
using Plumbline.Training.Tests.Rewards;
using Plumbline.Training.Tests.Runs;

namespace Plumbline.Training.Tests.Online;

// Alone, as dropout draws from the one generator of the process.
[Collection(AloneCollection.Name)]
public sealed class StalenessTests
{
    private const double Nothing = 1e-30; // a learning rate that moves no float32

    [Theory, InlineData(true, false), InlineData(false, false), InlineData(false, true)]
    public async Task StalenessOne_OfAPolicyThatDoesNotMove_EqualsStalenessZero(bool lora, bool dynamic)
    {
        using var workshop = new GrpoWorkshop();
        List<Dictionary<string, double>> fresh = await Run(0), stale = await Run(1);
        Steps.AssertSame(fresh, stale);
        Assert.True(fresh[^1]["grad_norm"] > 0);

        async Task<List<Dictionary<string, double>>> Run(int staleness)
        {
            GrpoRecipe recipe = workshop.Recipe(lora, dropout: 0.2);
            recipe = recipe with
            {
                Optimizer = recipe.Optimizer with { LearningRate = Nothing },
                Grpo = recipe.Grpo with { RolloutStaleness = staleness, OldLogProbs = OldLogProbs.Sampler, NumIterations = 2, DynamicSampling = dynamic, MaxSamplingRounds = 3 },
            };
            (GrpoTrainer trainer, _) = workshop.Trainer(recipe, Rule.EarlyLetter());
            return await GrpoWorkshop.Steps(trainer, 5);
        }
    }

    [Fact]
    public async Task StalenessOne_OfAPolicyThatDoesNotMove_EqualsStalenessZero_WithACriticToo()
    {
        using var workshop = new PpoWorkshop();
        List<Dictionary<string, double>> fresh = await Run(0), stale = await Run(1);
        Steps.AssertSame(fresh, stale);

        async Task<List<Dictionary<string, double>>> Run(int staleness)
        {
            PpoRecipe recipe = workshop.Recipe(lora: true);
            recipe = recipe with
            {
                Optimizer = recipe.Optimizer with { LearningRate = Nothing },
                Ppo = recipe.Ppo with { RolloutStaleness = staleness, OldLogProbs = OldLogProbs.Sampler },
            };
            (PpoTrainer trainer, _) = workshop.Trainer(recipe, Rule.EarlyLetter());
            return await PpoWorkshop.Steps(trainer, 4);
        }
    }

    // Step k learns from completions of the policy of k − 2 updates, the first of the untrained one; after the last step nothing is sampled.
    [Theory, InlineData(0, new[] { 0, 1, 2, 3 }), InlineData(1, new[] { 0, 0, 1, 2 })]
    public async Task Rollouts_BearTheVersionOfThePolicyThatSampled(int staleness, int[] versions)
    {
        using var workshop = new GrpoWorkshop();
        (List<CompletionTable> tables, Watched source) = await Run(workshop, staleness, learningRate: 0.05);
        Assert.Equal(versions, tables.Select(t => t.Rollouts.PolicyVersion));
        Assert.Equal(versions, source.Versions);
    }

    // What step 2 learns from was sampled before step 1 learned: the completions are those of a policy that never moves. Step 3's are not.
    [Fact]
    public async Task StalenessOne_SamplesWithTheWeightsBeforeTheUpdate()
    {
        using var workshop = new GrpoWorkshop();
        int[][] untrained = Ids((await Run(workshop, 0, Nothing)).Tables), fresh = Ids((await Run(workshop, 0, 0.05)).Tables), stale = Ids((await Run(workshop, 1, 0.05)).Tables);
        Assert.Equal(untrained[..16], stale[..16]); // 8 rows a step
        Assert.NotEqual(untrained[8..16], fresh[8..16]);
        Assert.NotEqual(untrained[16..24], stale[16..24]);

        static int[][] Ids(List<CompletionTable> tables) => [.. tables.SelectMany(t => t.Rollouts.Completions).Select(c => c.TokenIds)];
    }

    // Completions of the untrained policy whose ratio begins at 1 for a policy that has not moved, and not for one that has.
    [Fact]
    public async Task StalenessOne_ComparesWithThePolicyThatSampled()
    {
        using var workshop = new GrpoWorkshop();
        GrpoRecipe recipe = Recipe(workshop, 1, 0.05);
        (GrpoTrainer trainer, _) = workshop.Trainer(recipe, Rule.EarlyLetter());
        List<Dictionary<string, double>> steps = await GrpoWorkshop.Steps(trainer, 3);
        Assert.Equal((0.0, 0.0), (steps[0]["clip_ratio/region_mean"], Math.Round(steps[0]["sampling/sampling_logp_difference/mean"], 4)));
        Assert.InRange(steps[1]["sampling/sampling_logp_difference/mean"], 0.01, 10);
        Assert.InRange(steps[1]["clip_ratio/region_mean"], 0.001, 1);
    }

    // A source that samples elsewhere is not waited for before the policy learns: here it does not answer until that is done.
    [Fact]
    public async Task StalenessOne_WithASourceElsewhere_SamplesWhileThePolicyLearns()
    {
        using var workshop = new GrpoWorkshop();
        var learned = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Watched source = null!;
        (GrpoTrainer trainer, Policy policy) = workshop.Trainer(
            Recipe(workshop, 1, 0.05), Rule.EarlyLetter(), new Late(() => source, () => learned.Task), _ => learned.TrySetResult());
        source = new Watched(new LocalRollouts(policy, Recipe(workshop, 1, 0.05).Grpo.ToGenerationOptions(5)));
        await GrpoWorkshop.Steps(trainer, 2);
        Assert.Equal([0, 0, 1], source.Versions);
    }

    private static GrpoRecipe Recipe(GrpoWorkshop workshop, int staleness, double learningRate)
    {
        GrpoRecipe recipe = workshop.Recipe();
        return recipe with
        {
            Grpo = recipe.Grpo with { RolloutStaleness = staleness },
            Optimizer = recipe.Optimizer with { LearningRate = learningRate },
            Training = recipe.Training with { MaxSteps = 4 },
        };
    }

    private static async Task<(List<CompletionTable> Tables, Watched Source)> Run(GrpoWorkshop workshop, int staleness, double learningRate)
    {
        GrpoRecipe recipe = Recipe(workshop, staleness, learningRate);
        var tables = new List<CompletionTable>();
        Watched source = null!;
        (GrpoTrainer trainer, Policy policy) = workshop.Trainer(recipe, Rule.EarlyLetter(), new Late(() => source, () => Task.CompletedTask) { RunsElsewhere = false }, tables.Add);
        source = new Watched(new LocalRollouts(policy, recipe.Grpo.ToGenerationOptions(recipe.Seed)));
        await GrpoWorkshop.Steps(trainer, 4);
        return (tables, source);
    }

    private sealed class Watched(IRolloutSource inner) : IRolloutSource
    {
        public List<int> Versions { get; } = [];

        public Task<RolloutBatch> SampleAsync(PromptBatch prompts, int generations, int policyVersion, Action<int, Completion>? onFinished, CancellationToken cancellationToken)
        {
            Versions.Add(policyVersion);
            return inner.SampleAsync(prompts, generations, policyVersion, onFinished, cancellationToken);
        }
    }

    // Answers all calls but the first late.
    private sealed class Late(Func<IRolloutSource> inner, Func<Task> until) : IRolloutSource
    {
        private int _calls;

        public bool RunsElsewhere { get; init; } = true;

        public async Task<RolloutBatch> SampleAsync(PromptBatch prompts, int generations, int policyVersion, Action<int, Completion>? onFinished, CancellationToken cancellationToken)
        {
            RolloutBatch batch = await inner().SampleAsync(prompts, generations, policyVersion, onFinished, cancellationToken);
            if (_calls++ > 0)
                await until();
            return batch;
        }
    }
}
