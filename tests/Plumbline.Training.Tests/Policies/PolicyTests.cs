using Plumbline.Engine.Segments;
using Plumbline.Training.Grpo;
using Plumbline.Training.Policies;
using Plumbline.Training.Recipes;
using Plumbline.Training.Tests.Grpo;
using Plumbline.Training.Tests.Rewards;
using TorchSharp;

namespace Plumbline.Training.Tests.Policies;

/// <summary>The reference is the policy at the start of the run, whatever training does to the policy.</summary>
public sealed class PolicyTests
{
    [Theory, InlineData(true), InlineData(false)]
    public async Task Reference_WhileThePolicyLearns_StaysTheStart(bool lora)
    {
        using var scope = torch.NewDisposeScope();
        using var workshop = new GrpoWorkshop();
        (GrpoTrainer trainer, Policy policy) = workshop.Trainer(workshop.Recipe(lora), Rule.EarlyLetter());
        using TokenRows rows = TokenRows.Pack([[97, 98], [99]], [[100, 101, 102], [103, 104]]);
        Tensor before = policy.ReferenceLogProbs(rows);
        using TokenLogProbs start = policy.Forward(rows);
        List<Dictionary<string, double>> steps = await GrpoWorkshop.Steps(trainer, 5);
        using TokenLogProbs end = policy.Forward(rows);
        Assert.Equal(0.0, (before - policy.ReferenceLogProbs(rows)).abs().max().ToDouble());
        Assert.InRange((before - start.LogProbs).abs().max().ToDouble(), 0, 1e-6);
        Assert.True((before - end.LogProbs).abs().max().ToDouble() > 1e-3, "the policy must have moved");
        Assert.InRange(steps[0]["kl"], 0, 1e-12);
        Assert.InRange(steps[^1]["kl"], 1e-6, 1e3);
    }

    // B of a fresh adapter is zero: the policy is its base to the bit, so the divergence is not merely small.
    [Fact]
    public async Task Kl_OfAFreshAdapter_IsExactlyZero()
    {
        using var workshop = new GrpoWorkshop();
        (GrpoTrainer trainer, _) = workshop.Trainer(workshop.Recipe(lora: true, dropout: 0.3), Rule.EarlyLetter());
        Assert.Equal(0.0, (await GrpoWorkshop.Steps(trainer, 1))[0]["kl"]);
    }

    [Fact]
    public async Task Reference_WithBetaZero_IsNotKeptAndNotMissed()
    {
        using var workshop = new GrpoWorkshop();
        GrpoRecipe recipe = workshop.Recipe();
        (GrpoTrainer trainer, Policy policy) = workshop.Trainer(recipe with { Grpo = recipe.Grpo with { Beta = 0 } }, Rule.EarlyLetter());
        Assert.DoesNotContain("kl", (await GrpoWorkshop.Steps(trainer, 2))[1].Keys);
        using TokenRows rows = TokenRows.Pack([[97]], [[98]]);
        Assert.Throws<InvalidOperationException>(() => policy.ReferenceLogProbs(rows));
    }
}
