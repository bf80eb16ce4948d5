using Plumbline.Training.Grpo;
using Plumbline.Training.Recipes;
using Plumbline.Training.Runs;
using Plumbline.Training.Tests.Policies;
using Plumbline.Training.Tests.Rewards;
using Plumbline.Training.Tests.Rollouts;
using Plumbline.Training.Tests.Runs;
using TorchSharp;

namespace Plumbline.Training.Tests.Grpo;

[Collection(AloneCollection.Name)]
public sealed class StepMetricsTests
{
    private static readonly string[] Trl =
    [
        "loss", "grad_norm", "learning_rate", "num_tokens", "step_time", "reward", "reward_std", "rewards/number/mean", "rewards/number/std", "frac_reward_zero_std",
        "completions/mean_length", "completions/min_length", "completions/max_length", "completions/clipped_ratio",
        "completions/mean_terminated_length", "completions/min_terminated_length", "completions/max_terminated_length",
        "kl", "entropy", "clip_ratio/low_mean", "clip_ratio/low_min", "clip_ratio/high_mean", "clip_ratio/high_max", "clip_ratio/region_mean",
    ];

    private static readonly string[] Ours =
    [
        "skipped_updates", "num_generated_tokens", "num_trained_tokens", "advantage_share/number/raw", "advantage_share/number/weighted", "tokens_per_second", "sampling/sampling_logp_difference/mean", "sampling/sampling_logp_difference/max", "time/rollout", "time/score", "time/update",
    ];

    // One prompt of three bytes or more and four completions of 2, 3, 4 and 2 tokens, of which the third is cut off; rewards 0, 1, 2, 5.
    [Fact]
    public async Task Metrics_HaveTrlsNames_AndTheValuesOfTheRows()
    {
        using var workshop = new GrpoWorkshop();
        GrpoRecipe recipe = workshop.Recipe();
        var rollouts = new FixedRollouts([97, TinyPolicy.Eos], [98, 99, TinyPolicy.Eos], [1, 2, 3, 4], [100, TinyPolicy.Eos]);
        (GrpoTrainer trainer, _) = workshop.Trainer(recipe with { Grpo = recipe.Grpo with { PromptsPerStep = 1 } }, Rule.ByNumber(0, 1, 2, 5), rollouts);
        List<Dictionary<string, double>> steps = await GrpoWorkshop.Steps(trainer, 2);
        Dictionary<string, double> step = steps[0];
        Assert.Equal(Trl.Concat(Ours).Order(StringComparer.Ordinal), step.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(2.0, step["reward"]);
        Assert.Equal(Math.Sqrt(14 / 3.0), step["reward_std"], 1e-9); // deviations −2, −1, 0, 3
        Assert.Equal(2.75, step["completions/mean_length"]);
        Assert.Equal(0.25, step["completions/clipped_ratio"]);
        Assert.Equal(7 / 3.0, step["completions/mean_terminated_length"], 1e-9);
        Assert.Equal(3.0, step["completions/max_terminated_length"]);
        Assert.Equal(0.01, step["learning_rate"]);
        Assert.InRange(step["entropy"], 0.1, Math.Log(258));
        Assert.InRange(steps[1]["num_tokens"] - step["num_tokens"], 4 * 3 + 11, 4 * 5 + 11); // "one" to "seven", four times, and 11 completion tokens
        Assert.Equal(22.0, steps[1]["num_generated_tokens"]);
        Assert.Equal(steps[1]["num_tokens"], steps[1]["num_trained_tokens"]); // one pass over all
        Assert.All(step.Keys.Where(MetricNames.IsTiming), name => Assert.True(step[name] > 0, name));
        Assert.Equal(["step_time", "time/rollout", "time/score", "time/update", "tokens_per_second"], step.Keys.Where(MetricNames.IsTiming).Order(StringComparer.Ordinal));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Steps_ManyInARow_LeaveNoTensorsBehind(bool lora)
    {
        using var workshop = new GrpoWorkshop();
        GrpoRecipe recipe = workshop.Recipe(lora, dropout: 0.1);
        (GrpoTrainer trainer, _) = workshop.Trainer(recipe with { Grpo = recipe.Grpo with { NumIterations = 2 }, Training = recipe.Training with { GradientAccumulationSteps = 2 } }, Rule.EarlyLetter());
        await GrpoWorkshop.Steps(trainer, 20);
        // What earlier tests dropped goes first; from then on nothing is collected that a step did not dispose of itself.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = Tensor.TotalCount;
        await GrpoWorkshop.Steps(trainer, 120, first: 21);
        Assert.InRange(Tensor.TotalCount, 0, before);
    }
}
