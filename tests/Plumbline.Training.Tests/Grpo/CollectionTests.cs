using Plumbline.Core.Advantages;
using Plumbline.Training.Grpo;
using Plumbline.Training.Online;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;
using Plumbline.Training.Tests.Policies;
using Plumbline.Training.Tests.Rewards;
using Plumbline.Training.Tests.Rollouts;

namespace Plumbline.Training.Tests.Grpo;

public sealed class CollectionTests
{
    // Of eight prompts those with an "e" in their name ("one", "three", "five", "seven", "eight") earn by their completion, the others nothing: of two
    // prompts in a step some are dead in nearly every batch, and must be gone from what is learnt from.
    [Fact]
    public async Task DynamicSampling_DropsGroupsWithoutSpread_AndRefills()
    {
        using var workshop = new GrpoWorkshop();
        var seen = new List<CompletionTable>();
        int row = 0;
        var reward = new RuleReward("row", (prompt, _) => prompt.Contains('e', StringComparison.Ordinal) ? row++ % 4 : 0);
        GrpoRecipe recipe = workshop.Recipe();
        recipe = recipe with { Grpo = recipe.Grpo with { DynamicSampling = true, MaxSamplingRounds = 8 } };
        (GrpoTrainer trainer, _) = workshop.Trainer(recipe, reward, seen: seen.Add);
        List<Dictionary<string, double>> steps = await GrpoWorkshop.Steps(trainer, 4);
        Assert.All(steps, step => Assert.Equal(0, step["frac_reward_zero_std"]));
        Assert.All(seen, table => Assert.All(table.Rollouts.Prompts, prompt => Assert.Contains('e', prompt.Text)));
        Assert.All(seen, table => Assert.Equal(8, table.Rollouts.Count));
        Assert.True(steps[^1]["num_generated_tokens"] > seen.Sum(t => t.Rollouts.Completions.Sum(c => c.TokenIds.Length)), "what was dropped was sampled too");
    }

    [Fact]
    public async Task DynamicSampling_WithoutASingleLiveGroup_LearnsNothingAndEnds()
    {
        using var workshop = new GrpoWorkshop();
        GrpoRecipe recipe = workshop.Recipe();
        recipe = recipe with { Grpo = recipe.Grpo with { DynamicSampling = true, MaxSamplingRounds = 2, Beta = 0 } };
        (GrpoTrainer trainer, _) = workshop.Trainer(recipe, new RuleReward("none", (_, _) => 0.5));
        Dictionary<string, double> step = (await GrpoWorkshop.Steps(trainer, 1))[0];
        Assert.Equal((1.0, 0.0), (step["frac_reward_zero_std"], step["grad_norm"]));
    }

    // Lengths 2, 3, 4, 2 of at most 8 with a slope of 5: free up to 3, then −1/5 a token.
    [Fact]
    public async Task OverlongCache_AddsAnObjective_ThatFallsNearTheLimit()
    {
        using var workshop = new GrpoWorkshop();
        GrpoRecipe recipe = workshop.Recipe();
        recipe = recipe with { Grpo = recipe.Grpo with { PromptsPerStep = 1, OverlongCache = 5 } };
        var rollouts = new FixedRollouts([97, TinyPolicy.Eos], [98, 99, TinyPolicy.Eos], [1, 2, 3, 4], [100, TinyPolicy.Eos]);
        (GrpoTrainer trainer, _) = workshop.Trainer(recipe, Rule.ByNumber(0, 1, 2, 5), rollouts);
        Dictionary<string, double> step = (await GrpoWorkshop.Steps(trainer, 1))[0];
        Assert.Equal(["number", "overlong"], trainer.Objectives);
        Assert.Equal(-0.2 / 4, step["rewards/overlong/mean"], 1e-9);
        Assert.Equal(2.0 - 0.2 / 4, step["reward"], 1e-9);
    }

    // Four rewards 0, 1, 2, 5 of one group: TRL compares with the mean of all, NeMo-RL with that of the others, so the advantages differ.
    [Theory, InlineData("trl"), InlineData("verl"), InlineData("nemo_rl"), InlineData("openrlhf")]
    public async Task Preset_GivesTheAdvantagesOfItsOptions(string preset)
    {
        using var workshop = new GrpoWorkshop();
        var seen = new List<CompletionTable>();
        GrpoRecipe recipe = workshop.Recipe();
        recipe = recipe with { Grpo = recipe.Grpo with { PromptsPerStep = 1, Preset = preset } };
        var rollouts = new FixedRollouts([97, TinyPolicy.Eos], [98, 99, TinyPolicy.Eos], [1, 2, 3, 4], [100, TinyPolicy.Eos]);
        (GrpoTrainer trainer, _) = workshop.Trainer(recipe, Rule.ByNumber(0, 1, 2, 5), rollouts, seen.Add);
        await GrpoWorkshop.Steps(trainer, 1);
        GroupAdvantageOptions options = Presets.Get(preset).Advantages;
        // Deviations −2, −1, 0, 3, std √(14/3). Left out: 0 − 8/3 over the spread of 1, 2, 5, which is √(13/3).
        double expected = options.Baseline == GroupBaseline.LeaveOneOut ? -8 / 3.0 / (Math.Sqrt(13 / 3.0) + options.Epsilon) : -2 / (Math.Sqrt(14 / 3.0) + options.Epsilon);
        Assert.Equal(expected, seen[0].Advantages[0], 1e-9);
    }

    // The bonus pays for entropy whatever the rewards: with nothing else to learn, entropy must rise against the same run without it.
    [Fact]
    public async Task EntropyCoef_WithoutRewards_RaisesEntropy()
    {
        double plain = await Entropy(0), paid = await Entropy(1);
        Assert.True(paid > plain + 1e-3, $"{plain} to {paid}");

        static async Task<double> Entropy(double coefficient)
        {
            using var workshop = new GrpoWorkshop();
            GrpoRecipe recipe = workshop.Recipe();
            recipe = recipe with { Grpo = recipe.Grpo with { Beta = 0, EntropyCoef = coefficient } };
            (GrpoTrainer trainer, _) = workshop.Trainer(recipe, new RuleReward("none", (_, _) => 0.5));
            return (await GrpoWorkshop.Steps(trainer, 6))[^1]["entropy"];
        }
    }
}
