using Plumbline.Rewards;
using Plumbline.Training.Grpo;
using Plumbline.Training.Online;
using Plumbline.Training.Policies;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;
using Plumbline.Training.Tests.Grpo;
using Plumbline.Training.Tests.Policies;
using Plumbline.Training.Tests.Rewards;

namespace Plumbline.Training.Tests.Online;

public sealed class OverlapScoringTests
{
    [Theory, InlineData(0, false, false), InlineData(0, true, false), InlineData(0, true, true), InlineData(1, false, false), InlineData(1, true, true)]
    public async Task OverlapScoring_OfRewardsThatSeeEachRowAlone_ChangesNothing(int staleness, bool shuffled, bool dynamic)
    {
        using var workshop = new GrpoWorkshop();
        (List<Dictionary<string, double>> plain, float[] plainWeights, List<CompletionTable> plainTables) = await Run(overlap: false);
        (List<Dictionary<string, double>> overlapped, float[] weights, List<CompletionTable> tables) = await Run(overlap: true);
        Steps.AssertSame(plain, overlapped);
        Assert.Equal(plainWeights, weights);
        foreach ((CompletionTable table, CompletionTable same) in plainTables.Zip(tables))
            Assert.Equal(table.Rewards.Scores, same.Rewards.Scores);

        async Task<(List<Dictionary<string, double>>, float[], List<CompletionTable>)> Run(bool overlap)
        {
            GrpoRecipe recipe = workshop.Recipe();
            recipe = recipe with
            {
                Grpo = recipe.Grpo with
                {
                    PromptsPerStep = 3,
                    OverlongCache = 4,
                    OverlapScoring = overlap,
                    RolloutStaleness = staleness,
                    DynamicSampling = dynamic,
                    MaxSamplingRounds = 3,
                },
            };
            var tables = new List<CompletionTable>();
            IRewardSource rewards = Rule.EarlyLetter();
            (GrpoTrainer trainer, Policy policy) = workshop.Trainer(recipe, shuffled ? new ShuffledReward(rewards, 5) : rewards, seen: tables.Add);
            return (await GrpoWorkshop.Steps(trainer, 4), TinyPolicy.Weights(policy), tables);
        }
    }

    // The policy learns while the scores of the next step are on the way: the reward waits for the end of the first update.
    [Fact]
    public async Task OverlapScoring_AStepAhead_GoesOnWhileThePolicyLearns()
    {
        using var workshop = new GrpoWorkshop();
        using var learned = new ManualResetEventSlim();
        int rows = 0;
        var reward = new RuleReward("late", (_, completion) =>
        {
            if (Interlocked.Increment(ref rows) > 8) // the first step's
                learned.Wait(TestContext.Current.CancellationToken);
            return completion.Length;
        });
        GrpoRecipe recipe = workshop.Recipe();
        recipe = recipe with { Grpo = recipe.Grpo with { OverlapScoring = true, RolloutStaleness = 1 } };
        (GrpoTrainer trainer, _) = workshop.Trainer(recipe, reward, seen: _ => learned.Set());
        Assert.Equal(2, (await GrpoWorkshop.Steps(trainer, 2)).Count);
    }

    // Three calls score the first step. Cancelled after its update, while the next step's scores are on the way: they still arrive, and the step that has learned is whole.
    [Fact]
    public async Task Cancellation_WhileScoresAreOnTheWay_IsObeyedBeforeTheNextUpdate()
    {
        using var workshop = new GrpoWorkshop();
        using var cancellation = new CancellationTokenSource();
        var learned = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        GrpoRecipe recipe = workshop.Recipe();
        recipe = recipe with { Grpo = recipe.Grpo with { OverlapScoring = true, RolloutStaleness = 1 } };
        (GrpoTrainer trainer, _) = workshop.Trainer(recipe, new Server(call => call <= 3 ? Task.CompletedTask : learned.Task), seen: _ =>
        {
            cancellation.Cancel();
            learned.SetResult();
        });
        Assert.Equal(0, (await trainer.StepAsync(1, cancellation.Token))["skipped_updates"]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => trainer.StepAsync(2, cancellation.Token));
    }

    // All groups are dead, so a second round is begun, and cancelled: the first round's shuffle is taken back with it.
    [Theory, InlineData(true), InlineData(false)]
    public async Task Cancellation_WithinAStepsRounds_LeavesNoTraceInTheShuffling(bool overlap)
    {
        using var workshop = new GrpoWorkshop();
        using var cancellation = new CancellationTokenSource();
        var shuffled = new ShuffledReward(new Server(_ => cancellation.CancelAsync()), 5);
        GrpoRecipe recipe = workshop.Recipe();
        recipe = recipe with { Grpo = recipe.Grpo with { OverlapScoring = overlap, DynamicSampling = true } };
        (GrpoTrainer trainer, _) = workshop.Trainer(recipe, shuffled);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => trainer.StepAsync(1, cancellation.Token));
        Assert.Equal(0, shuffled.Calls);
    }

    // Scores every row 1, after a wait that heeds cancellation.
    private sealed class Server(Func<int, Task> wait) : IRewardSource
    {
        private int _calls;

        public IReadOnlyList<string> Objectives => ["one"];

        public async Task<RewardTable> ScoreAsync(IReadOnlyList<RewardInput> rows, CancellationToken cancellationToken)
        {
            await wait(++_calls).WaitAsync(cancellationToken);
            return new RewardTable(Objectives, [.. rows.Select(_ => new[] { 1.0 })]);
        }
    }
}
