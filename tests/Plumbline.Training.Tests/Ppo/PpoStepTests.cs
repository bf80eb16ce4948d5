using Plumbline.Training.Online;
using Plumbline.Training.Policies;
using Plumbline.Training.Ppo;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;
using Plumbline.Training.Tests.Policies;
using Plumbline.Training.Tests.Rewards;
using Plumbline.Training.Tests.Rollouts;

namespace Plumbline.Training.Tests.Ppo;

/// <summary>One step, on completions and rewards that are given.</summary>
public sealed class PpoStepTests
{
    private const int End = TinyPolicy.Eos;

    // Lengths 1 to 8, so that an average over pieces is not that over the step; c2 and c5 are cut off.
    private static readonly int[][] Completions =
        [[End], [97, End], [98, 99, 100], [1, 2, 3, End], [9, 8, 7, 6, End], [50, 51, 52, 53, 54, 55], [70, 71, 72, 73, 74, 75, End], [5, 5, 5, 5, 5, 5, 5, End]];

    private static readonly double[] Scores = [0, 1, 2, 5, 3, -1, 0.5, 2];

    // Adam's epsilon of 0.01 keeps the update proportional to small gradients, where its sign alone would hide or magnify a difference.
    [Theory, InlineData(false, 1), InlineData(true, 1), InlineData(false, 2)]
    public async Task Step_CutIntoPieces_GivesTheSameWeights(bool lora, int miniBatches)
    {
        using var workshop = new PpoWorkshop();
        (float[] Weights, Dictionary<string, double> Metrics)[] results = [await Step(1), await Step(2), await Step(8)];
        foreach ((float[] weights, Dictionary<string, double> metrics) in results[1..])
        {
            Assert.InRange(TinyPolicy.Distance(results[0].Weights, weights), 0, 2e-6);
            foreach (string name in new[] { "loss", "grad_norm", "objective/kl", "entropy", "loss/policy_avg", "loss/value_avg", "policy/approxkl_avg", "val/ratio_var" })
                Assert.Equal(results[0].Metrics[name], metrics[name], 1e-5);
        }
        Assert.NotEqual(0, results[0].Metrics["objective/kl"]);

        async Task<(float[], Dictionary<string, double>)> Step(int pieces)
        {
            PpoRecipe recipe = workshop.Recipe(lora);
            recipe = recipe with
            {
                Ppo = recipe.Ppo with { NumPpoEpochs = 2, NumMiniBatches = miniBatches, WhitenRewards = true },
                Optimizer = recipe.Optimizer with { AdamEpsilon = 0.01, MaxGradNorm = 0 },
                Training = recipe.Training with { GradientAccumulationSteps = pieces },
            };
            (PpoTrainer trainer, Policy policy) = workshop.Trainer(recipe, Rule.ByNumber(Scores), new FixedRollouts(Completions));
            List<Dictionary<string, double>> metrics = await PpoWorkshop.Steps(trainer, 2);
            return (TinyPolicy.Weights(policy), metrics[1]);
        }
    }

    // The scores' mean is 12.5/8 = 1.5625. c2 and c5 have no end token: a penalty of 1 makes it 10.5/8 = 1.3125. The policy has not moved, so
    // KL is 0 and rlhf_reward the score; the ratio of the only update is 1. A value of 0 everywhere makes every return of a completion its score
    // (γ = λ = 1), in each of its states: as many as tokens and one more, but for c7, whose 8 tokens fill the longest length, so 8. With s the
    // scores less the penalty and n the states, the value loss is ½·Σ n·s²/Σ n over (s, n) =
    // (0,2) (1,3) (1,4) (5,5) (3,6) (−2,7) (0.5,8) (2,8): ½·(3 + 4 + 125 + 54 + 28 + 2 + 32)/43 = 124/43 = 2.883721.
    [Theory, InlineData(true), InlineData(false)]
    public async Task Step_First_SaysWhatItSaw(bool lora)
    {
        using var workshop = new PpoWorkshop();
        PpoRecipe recipe = workshop.Recipe(lora);
        recipe = recipe with { Ppo = recipe.Ppo with { NumPpoEpochs = 1, Lam = 1, MissingEosPenalty = 1 } };
        (PpoTrainer trainer, _) = workshop.Trainer(recipe, Rule.ByNumber(Scores), new FixedRollouts(Completions));
        Dictionary<string, double> step = (await PpoWorkshop.Steps(trainer, 1))[0];
        Assert.Equal(1.5625, step["reward"], 9);
        Assert.Equal(1.3125, step["objective/scores"], 9);
        Assert.Equal(1.3125, step["objective/rlhf_reward"], 5);
        Assert.Equal(0, step["objective/kl"], 5);
        Assert.Equal(1, step["val/ratio"], 5);
        Assert.Equal(6, step["val/num_eos_tokens"]);
        Assert.Equal(8, step["episode"]);
        Assert.Equal(2.883721, step["loss/value_avg"], 4);
        Assert.Equal(step["loss/policy_avg"] + 0.1 * step["loss/value_avg"], step["loss"], 5);
        Assert.Equal(36, step["num_generated_tokens"]);
    }

    // A completion without any score is left out: what it said does not matter.
    [Fact]
    public async Task Step_WithAnUnscoredCompletion_LearnsFromTheOthersAlone()
    {
        using var workshop = new PpoWorkshop();
        double[] scores = [.. Scores];
        scores[6] = double.NaN;
        (float[] with, IReadOnlyList<double> advantages) = await Step(Completions, scores);
        Assert.Equal(0, advantages[6]);
        Assert.All(advantages.Where((_, i) => i != 6), a => Assert.NotEqual(0, a));
        int[][] other = [.. Completions];
        other[6] = [33, 34, End];
        (float[] same, _) = await Step(other, scores);
        Assert.Equal(with, same);

        async Task<(float[], IReadOnlyList<double>)> Step(int[][] completions, double[] values)
        {
            IReadOnlyList<double> seen = [];
            (PpoTrainer trainer, Policy policy) = workshop.Trainer(workshop.Recipe(), Rule.ByNumber(values), new FixedRollouts(completions), table => seen = table.Advantages);
            await PpoWorkshop.Steps(trainer, 1);
            return (TinyPolicy.Weights(policy), seen);
        }
    }

    [Fact]
    public async Task Step_WithoutAnyScore_ChangesNothing()
    {
        using var workshop = new PpoWorkshop();
        (PpoTrainer trainer, Policy policy) = workshop.Trainer(workshop.Recipe(), new RuleReward("none", (_, _) => double.NaN));
        float[] before = TinyPolicy.Weights(policy);
        await PpoWorkshop.Steps(trainer, 1);
        Assert.Equal(before, TinyPolicy.Weights(policy));
    }

    // Scores to mean 0: the same as scores that were shifted and stretched, up to float32's rounding of them.
    [Fact]
    public async Task Step_WithWhitenedScores_DoesNotSeeTheirUnit()
    {
        using var workshop = new PpoWorkshop();
        PpoRecipe recipe = workshop.Recipe();
        recipe = recipe with { Ppo = recipe.Ppo with { WhitenScores = true }, Optimizer = recipe.Optimizer with { AdamEpsilon = 0.01 } };
        (PpoTrainer plain, Policy one) = workshop.Trainer(recipe, Rule.ByNumber(Scores), new FixedRollouts(Completions));
        (PpoTrainer scaled, Policy other) = workshop.Trainer(recipe, Rule.ByNumber([.. Scores.Select(s => 7 + 3 * s)]), new FixedRollouts(Completions));
        Dictionary<string, double> metrics = (await PpoWorkshop.Steps(plain, 1))[0];
        await PpoWorkshop.Steps(scaled, 1);
        Assert.Equal(0, metrics["objective/scores"], 6);
        Assert.InRange(TinyPolicy.Distance(TinyPolicy.Weights(one), TinyPolicy.Weights(other)), 0, 2e-6);
    }

    [Fact]
    public async Task Step_WithAnInfiniteReward_MovesNeitherPolicyNorCritic()
    {
        using var workshop = new PpoWorkshop();
        (PpoTrainer trainer, Policy policy) = workshop.Trainer(workshop.Recipe(lora: true), Rule.ByCall(8, double.PositiveInfinity));
        trainer.SaveState(Directory.CreateDirectory(workshop["before"]).FullName);
        Dictionary<string, double> step = (await PpoWorkshop.Steps(trainer, 1))[0];
        trainer.SaveState(Directory.CreateDirectory(workshop["after"]).FullName);
        foreach (string file in new[] { "policy.safetensors", "critic.safetensors" })
            Assert.Equal(File.ReadAllBytes(workshop["before/" + file]), File.ReadAllBytes(workshop["after/" + file]));
        Assert.NotNull(policy.Adapter);
    }
}
