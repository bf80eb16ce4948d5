using Plumbline.Core.Losses;
using Plumbline.Training.Grpo;
using Plumbline.Training.Policies;
using Plumbline.Training.Recipes;
using Plumbline.Training.Tests.Policies;
using Plumbline.Training.Tests.Rewards;
using Plumbline.Training.Tests.Rollouts;

namespace Plumbline.Training.Tests.Grpo;

public sealed class AccumulationTests
{
    public static TheoryData<string, bool> Losses() =>
        [.. PolicyLosses.Names.SelectMany(name => new[] { new TheoryDataRow<string, bool>(name, false), new TheoryDataRow<string, bool>(name, true) })];

    // Lengths 1 to 8, so that an average over pieces is not that over the step; c2 and c5 are cut off. Adam's epsilon of 0.01 keeps the
    // update proportional to small gradients, where its sign alone would hide or magnify a difference.
    [Theory, MemberData(nameof(Losses))]
    public async Task Step_CutIntoPieces_GivesTheSameWeights(string lossType, bool maskTruncated)
    {
        int end = TinyPolicy.Eos;
        var rollouts = new FixedRollouts([end], [97, end], [98, 99, 100], [1, 2, 3, end], [9, 8, 7, 6, end], [50, 51, 52, 53, 54, 55], [70, 71, 72, 73, 74, 75, end], [5, 5, 5, 5, 5, 5, 5, end]);
        using var workshop = new GrpoWorkshop();
        (float[] Weights, Dictionary<string, double> Metrics)[] results = [await Step(1), await Step(2), await Step(4)];
        float[] start = StartWeights(workshop);
        Assert.True(TinyPolicy.Distance(start, results[0].Weights) > 1e-3, "the step must move the weights");
        foreach ((float[] weights, Dictionary<string, double> metrics) in results[1..])
        {
            Assert.InRange(TinyPolicy.Distance(results[0].Weights, weights), 0, 1e-6);
            foreach (string name in new[] { "loss", "grad_norm", "kl", "entropy" })
                Assert.Equal(results[0].Metrics[name], metrics[name], 1e-5);
        }

        async Task<(float[], Dictionary<string, double>)> Step(int pieces)
        {
            GrpoRecipe recipe = workshop.Recipe();
            recipe = recipe with
            {
                Grpo = recipe.Grpo with { LossType = lossType, MaskTruncatedCompletions = maskTruncated, NumIterations = 2 },
                Optimizer = recipe.Optimizer with { AdamEpsilon = 0.01, MaxGradNorm = 0 },
                Training = recipe.Training with { GradientAccumulationSteps = pieces },
            };
            (GrpoTrainer trainer, Policy policy) = workshop.Trainer(recipe, Rule.ByNumber(0, 1, 2, 5, 3, -1, 0.5, 2), rollouts);
            List<Dictionary<string, double>> metrics = await GrpoWorkshop.Steps(trainer, 1);
            return (TinyPolicy.Weights(policy), metrics[0]);
        }
    }

    private static float[] StartWeights(GrpoWorkshop workshop)
    {
        using Policy policy = Policy.Load(workshop["base"], null, null, withReference: false, seed: 0);
        return TinyPolicy.Weights(policy);
    }
}
