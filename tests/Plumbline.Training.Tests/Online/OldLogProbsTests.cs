using Plumbline.Engine.Segments;
using Plumbline.Training.Grpo;
using Plumbline.Training.Online;
using Plumbline.Training.Policies;
using Plumbline.Training.Ppo;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rloo;
using Plumbline.Training.Rollouts;
using Plumbline.Training.Tests.Grpo;
using Plumbline.Training.Tests.Policies;
using Plumbline.Training.Tests.Ppo;
using Plumbline.Training.Tests.Rewards;
using Plumbline.Training.Tests.Rollouts;

namespace Plumbline.Training.Tests.Online;

/// <summary>A sampler whose log-probabilities are ln 1.1 = 0.09531 below the policy's at every token: against them each token's ratio is 1.1, within the clip of 0.2.</summary>
public sealed class OldLogProbsTests
{
    private const int End = TinyPolicy.Eos;
    private static readonly double[] Values = [0, 1, 2, 5];
    private static readonly int[][] Completions = [[97, 98, End], [99, End], [1, 2, 3, 4], [100, 101, End]];
    private static readonly double Gap = Math.Log(1.1);

    [Theory, InlineData(OldLogProbs.Policy, 0, 1.0), InlineData(OldLogProbs.Sampler, 0, 1.1), InlineData(OldLogProbs.Policy, 1, 1.1)]
    public async Task Grpo_ComparesWithTheSampler_WhereTheRecipeSaysSo_OrThePolicyHasMoved(OldLogProbs old, int lag, double ratio)
    {
        using var workshop = new GrpoWorkshop();
        GrpoRecipe recipe = Recipe(workshop);
        recipe = recipe with { Grpo = recipe.Grpo with { OldLogProbs = old } };
        (GrpoTrainer trainer, _) = workshop.Trainer(recipe, Rule.ByNumber(Values), Below(workshop, lag));
        Dictionary<string, double> step = (await GrpoWorkshop.Steps(trainer, 1))[0];
        // Advantages (v − 2)/std, std √(14/3) (TRL adds 1e-4), over 3, 2, 4 and 3 of 12 tokens: −ratio·(3·(−2) + 2·(−1) + 0 + 3·3)/12/std = −ratio/12/std.
        Assert.Equal(-ratio / 12 / (Math.Sqrt(14 / 3.0) + 1e-4), step["loss"], 1e-6);
        Assert.Equal(0, step["clip_ratio/region_mean"]);
    }

    [Theory, InlineData(1), InlineData(4)]
    public async Task SamplerDifference_IsLogged_HoweverTheStepIsCut(int pieces)
    {
        using var workshop = new GrpoWorkshop();
        GrpoRecipe recipe = Recipe(workshop);
        recipe = recipe with { Grpo = recipe.Grpo with { NumIterations = 2 }, Training = recipe.Training with { GradientAccumulationSteps = pieces } };
        (GrpoTrainer trainer, _) = workshop.Trainer(recipe, Rule.ByNumber(Values), Below(workshop, lag: 0, ofOne: 3 * Gap));
        Dictionary<string, double> step = (await GrpoWorkshop.Steps(trainer, 1))[0];
        Assert.Equal(Gap * (11 + 3) / 12, step["sampling/sampling_logp_difference/mean"], 1e-5); // one of 12 tokens is three times as far
        Assert.Equal(3 * Gap, step["sampling/sampling_logp_difference/max"], 1e-5);
    }

    // What is cut from the distribution, and the temperature, must not enter: the sampler reports what the trainer computes.
    [Fact]
    public async Task SamplerDifference_OfOurOwnSampler_IsRounding()
    {
        using var workshop = new GrpoWorkshop();
        GrpoRecipe recipe = workshop.Recipe();
        recipe = recipe with { Grpo = recipe.Grpo with { Temperature = 0.7, TopK = 20, TopP = 0.9, RepetitionPenalty = 1.2 } };
        (GrpoTrainer trainer, _) = workshop.Trainer(recipe, Rule.EarlyLetter());
        Assert.All(await GrpoWorkshop.Steps(trainer, 3), step => Assert.InRange(step["sampling/sampling_logp_difference/max"], 0, 1e-4));
    }

    // The ratio of a completion is the product over its tokens, 1.1 to the power of its length, of which the clip leaves 1.2 where the advantage is
    // above 0. Leave-one-out: v − mean of the others = 4/3·(v − 2) = −8/3, −4/3, 0, 4; lengths 3, 2, 4, 3. Cost −min(r·A, clip(r)·A), mean of 4.
    [Theory, InlineData(OldLogProbs.Policy, 0, 0.0), InlineData(OldLogProbs.Sampler, 0, -(-8 / 3.0 * 1.331 - 4 / 3.0 * 1.21 + 4 * 1.2) / 4), InlineData(OldLogProbs.Policy, 1, -(-8 / 3.0 * 1.331 - 4 / 3.0 * 1.21 + 4 * 1.2) / 4)]
    public async Task Rloo_ComparesWithTheSampler_WhereTheRecipeSaysSo_OrThePolicyHasMoved(OldLogProbs old, int lag, double loss)
    {
        using var workshop = new GrpoWorkshop();
        Assert.Equal(loss, (await RlooStep(workshop, new RlooOptions { Beta = 0, OldLogProbs = old }, lag))["loss"], 1e-5);
    }

    // The policy is its reference, so a KL is what the sampler's log-probabilities make it, ln 1.1 below 0. Where top_p cuts, a pass of the policy
    // takes their place, but not of one that has moved since.
    [Theory, InlineData(0.9, 0, false), InlineData(0.9, 1, true), InlineData(1.0, 0, true)]
    public async Task RlooKl_OfAPolicyThatHasMoved_IsThatOfTheSampler(double topP, int lag, bool ofSampler)
    {
        using var workshop = new GrpoWorkshop();
        Assert.Equal(ofSampler ? -Gap : 0, (await RlooStep(workshop, new RlooOptions { Beta = 0.05, TopP = topP }, lag))["kl"], 1e-5);
    }

    private static async Task<Dictionary<string, double>> RlooStep(GrpoWorkshop workshop, RlooOptions options, int lag)
    {
        GrpoRecipe grpo = workshop.Recipe();
        var recipe = new RlooRecipe
        {
            Model = grpo.Model,
            Seed = grpo.Seed,
            Rewards = grpo.Rewards,
            Optimizer = grpo.Optimizer,
            Training = grpo.Training,
            Rloo = options with { PromptsPerStep = 1, NumGenerations = 4, MaxCompletionLength = 8 },
        };
        Policy policy = Policy.Load(recipe.Model, null, null, options.NeedsReference, recipe.Seed);
        using var trainer = new RlooTrainer(recipe, new OnlineParts(policy, Below(workshop, lag), Rule.ByNumber(Values), [1], new PromptSchedule(GrpoWorkshop.Encode(policy), 1, recipe.Seed)));
        return await trainer.StepAsync(1, TestContext.Current.CancellationToken);
    }

    [Theory, InlineData(OldLogProbs.Policy, 0, 1.0), InlineData(OldLogProbs.Sampler, 0, 1.1), InlineData(OldLogProbs.Policy, 1, 1.1)]
    public async Task Ppo_ComparesWithTheSampler_WhereTheRecipeSaysSo_OrThePolicyHasMoved(OldLogProbs old, int lag, double ratio)
    {
        using var workshop = new PpoWorkshop();
        PpoRecipe recipe = workshop.Recipe();
        recipe = recipe with { Ppo = recipe.Ppo with { PromptsPerStep = 1, NumGenerations = 4, NumPpoEpochs = 1, OldLogProbs = old } };
        using Policy policy = Policy.Load(recipe.Model, null, null, withReference: false, recipe.Seed);
        Prompt[] prompts = [.. new[] { "one", "two", "three", "four", "five", "six", "seven", "eight" }.Select(text => new Prompt(text, policy.Tokenizer.Encode(text)))];
        FixedRollouts rollouts = Below(policy, new PromptSchedule(prompts, 1, recipe.Seed).Batch(1).Prompts, lag);
        (PpoTrainer trainer, _) = workshop.Trainer(recipe, Rule.ByNumber(Values), rollouts);
        Dictionary<string, double> step = (await PpoWorkshop.Steps(trainer, 1))[0];
        Assert.Equal(ratio, step["val/ratio"], 1e-5);
        Assert.Equal(Gap, step["sampling/sampling_logp_difference/mean"], 1e-5);
        Assert.Equal(ratio == 1.0 ? 0 : -3 * Gap, step["objective/kl"], 1e-4); // 12 tokens of 4 completions: the sampler's less the reference's
    }

    [Fact]
    public void OnlineBatch_OfACompletionWithoutLogProbabilities_SaysWhatIsMissing()
    {
        RolloutBatch rollouts = new FixedRollouts([1, 2], [3, End]) { LogProbs = [[0, 0], [0]] }.Batch([new Prompt("p", [97])], 2);
        using TorchSharp.torch.Tensor advantages = TorchSharp.torch.zeros(2);
        Assert.StartsWith(
            "Completion 2 has 2 tokens and 1 log-probabilities. A rollout source gives one for each token.",
            Assert.Throws<ArgumentException>(() => OnlineBatch.Pack(rollouts, advantages, 1, false)).Message, StringComparison.Ordinal);
    }

    private static GrpoRecipe Recipe(GrpoWorkshop workshop)
    {
        GrpoRecipe recipe = workshop.Recipe();
        return recipe with { Grpo = recipe.Grpo with { PromptsPerStep = 1, Beta = 0 } };
    }

    private static FixedRollouts Below(GrpoWorkshop workshop, int lag, double? ofOne = null)
    {
        using Policy policy = Policy.Load(workshop["base"], null, null, withReference: false, seed: 0);
        return Below(policy, new PromptSchedule(GrpoWorkshop.Encode(policy), 1, 5).Batch(1).Prompts, lag, ofOne);
    }

    private static FixedRollouts Below(Policy policy, IReadOnlyList<Prompt> prompts, int lag, double? ofOne = null)
    {
        using TokenRows rows = TokenRows.Pack([.. Completions.Select(_ => prompts[0].Ids)], Completions);
        using TokenLogProbs forward = policy.Forward(rows);
        float[] own = [.. forward.LogProbs.detach().data<float>()];
        int columns = Completions.Max(c => c.Length);
        return new FixedRollouts(Completions)
        {
            Lag = lag,
            LogProbs = [.. Completions.Select((c, i) => c.Select((_, t) => (float)(own[i * columns + t] - ((i, t) == (3, 0) ? ofOne ?? Gap : Gap))).ToArray())],
        };
    }
}
