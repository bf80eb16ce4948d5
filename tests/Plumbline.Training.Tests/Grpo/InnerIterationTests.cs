using Plumbline.Core.Advantages;
using Plumbline.Core.Losses;
using Plumbline.Engine.Segments;
using Plumbline.Training.Grpo;
using Plumbline.Training.Policies;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rollouts;
using Plumbline.Training.Tests.Policies;
using Plumbline.Training.Tests.Rewards;
using Plumbline.Training.Tests.Rollouts;
using TorchSharp;

namespace Plumbline.Training.Tests.Grpo;

public sealed class InnerIterationTests
{
    private static readonly double[] Values = [0, 1, 2, 5];
    private static readonly FixedRollouts Rollouts = new([97, 98, TinyPolicy.Eos], [99, TinyPolicy.Eos], [1, 2, 3, 4], [100, 101, TinyPolicy.Eos]);

    // The second iteration's loss, made anew by hand: the policy of one update against the log-probabilities before it.
    [Fact]
    public async Task SecondIteration_ComparesWithThePolicyThatSampled()
    {
        using var workshop = new GrpoWorkshop();
        (GrpoTrainer once, Policy updated) = workshop.Trainer(Recipe(workshop, iterations: 1), Rule.ByNumber(Values), Rollouts);
        (GrpoTrainer twice, _) = workshop.Trainer(Recipe(workshop, iterations: 2), Rule.ByNumber(Values), Rollouts);
        Dictionary<string, double> first = (await GrpoWorkshop.Steps(once, 1))[0], second = (await GrpoWorkshop.Steps(twice, 1))[0];

        using var scope = torch.NewDisposeScope();
        using Policy start = Policy.Load(workshop["base"], null, null, withReference: false, seed: 0);
        Prompt prompt = new PromptSchedule(GrpoWorkshop.Encode(start), 1, 5).Batch(1).Prompts[0];
        RolloutBatch rollouts = Rollouts.Batch([prompt], Values.Length);
        using TokenRows rows = TokenRows.Pack([.. rollouts.Prompts.Select(p => p.Ids)], [.. rollouts.Completions.Select(c => c.TokenIds)]);
        using TokenLogProbs old = start.Forward(rows), now = updated.Forward(rows);
        using GroupAdvantagesResult advantages = GroupAdvantages.Compute(
            torch.tensor(Values).unsqueeze(1), Values.Length, [1], ScaleRewards.Group, RewardAggregation.SumThenNormalize);
        Tensor ratio = (now.LogProbs - old.LogProbs).exp();
        Tensor advantage = advantages.Advantages.to(torch.ScalarType.Float32).unsqueeze(1);
        Tensor surrogate = torch.minimum(ratio * advantage, ratio.clamp(0.8, 1.2) * advantage).masked_fill(rows.Mask.logical_not(), 0);
        double tokens = rollouts.Completions.Sum(c => c.TokenIds.Length);
        Assert.Equal(-surrogate.sum().ToDouble() / tokens, second["loss"], 1e-5);

        // In the first iteration every ratio is 1 and nothing is clipped; the loss is minus the mean advantage of a token.
        Assert.Equal(-(advantage * rows.Mask).sum().ToDouble() / tokens, first["loss"], 1e-5);
        Assert.Equal(0, first["clip_ratio/region_mean"]);
        Assert.InRange(second["clip_ratio/region_mean"], 0.01, 1);
        Assert.InRange(second["clip_ratio/high_max"], 0.01, 1);
    }

    [Fact]
    public void RememberOld_CalledAgain_KeepsTheFirst()
    {
        using var scope = torch.NewDisposeScope();
        using var workshop = new GrpoWorkshop();
        using Policy policy = Policy.Load(workshop["base"], null, null, withReference: false, seed: 0);
        RolloutBatch rollouts = Rollouts.Batch([GrpoWorkshop.Encode(policy)[0]], Values.Length);
        using OnlineBatch batch = OnlineBatch.Pack(rollouts, torch.zeros(4), pieces: 1, maskTruncated: false);
        Microbatch micro = Assert.Single(batch.Microbatches);
        using TokenLogProbs forward = policy.Forward(micro.Rows);
        Assert.Null(micro.Inputs(forward).OldLogProbs);
        micro.RememberOld(forward.LogProbs);
        micro.RememberOld(forward.LogProbs + 1);
        PolicyLossInputs inputs = micro.Inputs(forward);
        Assert.Equal(0.0, (forward.LogProbs - inputs.OldLogProbs!).abs().max().ToDouble());
        Assert.False(inputs.OldLogProbs!.requires_grad);
    }

    private static GrpoRecipe Recipe(GrpoWorkshop workshop, int iterations)
    {
        GrpoRecipe recipe = workshop.Recipe();
        return recipe with { Grpo = recipe.Grpo with { PromptsPerStep = 1, NumIterations = iterations, Beta = 0, Epsilon = 0.2 }, Optimizer = recipe.Optimizer with { LearningRate = 0.05 } };
    }
}
