using Plumbline.Training.Runs;

namespace Plumbline.Training.Tests.Runs;

public sealed class RunAdviceTests
{
    /// <summary>A run that learns: everything moves, nothing is extreme.</summary>
    private static Dictionary<string, double> Healthy(int step) => new()
    {
        ["loss"] = 0.1 / step,
        ["reward"] = 0.1 * step,
        ["frac_reward_zero_std"] = 0.2,
        ["kl"] = 0.01 * step,
        ["completions/clipped_ratio"] = 0.1,
        ["clip_ratio/region_mean"] = 0.05,
        ["rewards/politeness/mean"] = 0.05 * step,
        ["rewards/safety/mean"] = 0.02 * step,
    };

    private static IReadOnlyList<RunFinding> Examine(int steps, params (string Name, Func<int, double> Value)[] changes)
    {
        var rows = new List<MetricsRow>();
        for (int step = 1; step <= steps; step++)
        {
            var metrics = Healthy(step);
            foreach (var (name, value) in changes)
                metrics[name] = value(step);
            rows.Add(new MetricsRow(step, metrics));
        }
        return RunAdvice.Examine(rows, ["politeness", "safety"]);
    }

    private static void HasOnly(IReadOnlyList<RunFinding> findings, string key, params string[] words)
    {
        RunFinding finding = Assert.Single(findings);
        Assert.Equal(key, finding.Key);
        Assert.All(words, word => Assert.Contains(word, finding.Text));
        Assert.EndsWith(".", finding.Text);
    }

    [Fact]
    public void Examine_RunThatLearns_FindsNothing() => Assert.Empty(Examine(10));

    [Fact]
    public void Examine_GroupsWithoutVariance_SaysWhatToTry() =>
        HasOnly(Examine(10, ("frac_reward_zero_std", _ => 0.95)), "no_group_variance", "95 %", "advantage is zero", "num_generations");

    [Fact]
    public void Examine_VarianceInATenthOfTheGroups_IsNoFinding() => Assert.Empty(Examine(10, ("frac_reward_zero_std", _ => 0.89)));

    [Fact]
    public void Examine_AllTruncated_SaysWhatToTry() =>
        HasOnly(Examine(10, ("completions/clipped_ratio", _ => 1)), "all_truncated", "100 %", "max_completion_length");

    [Fact]
    public void Examine_RewardConstant_IsSaidOnceForAllObjectives() =>
        HasOnly(Examine(10, ("reward", _ => 0.5), ("rewards/politeness/mean", _ => 0.2), ("rewards/safety/mean", _ => 0.3)),
            "reward_constant", "0.5", "10 steps", "plumbline score");

    [Fact]
    public void Examine_ClipFractionNearOne_SaysWhatToTry() =>
        HasOnly(Examine(10, ("clip_ratio/region_mean", _ => 0.85)), "clip_everywhere", "85 %", "learning_rate", "epsilon");

    [Theory, InlineData(double.NaN, "NaN"), InlineData(double.PositiveInfinity, "Infinity")]
    public void Examine_LossNotFinite_IsFoundAtOnce(double loss, string word) =>
        HasOnly(Examine(1, ("loss", _ => loss)), "loss_not_finite", word, "learning_rate");

    [Fact]
    public void Examine_LossFiniteAgain_IsNoFinding() => Assert.Empty(Examine(10, ("loss", step => step < 10 ? double.NaN : 0.1)));

    // Halves of the window: mean 0.25 and then 2; eight times more and above 1.
    [Fact]
    public void Examine_KlExploding_NamesBothEnds() =>
        HasOnly(Examine(10, ("kl", step => step <= 5 ? 0.25 : 2)), "kl_exploding", "from 0.25 to 2", "beta");

    [Fact]
    public void Examine_KlHighButSteady_IsNoFinding() => Assert.Empty(Examine(10, ("kl", _ => 2)));

    [Fact]
    public void Examine_OneObjectiveConstant_NamesIt() =>
        HasOnly(Examine(10, ("rewards/safety/mean", _ => 1)), "objective_constant/safety", "'safety'", "1 for 10 steps");

    [Fact]
    public void Examine_ObjectiveNeverApplies_NamesIt() =>
        HasOnly(Examine(10, ("rewards/safety/mean", _ => double.NaN)), "objective_absent/safety", "'safety'", "no completion");

    [Fact]
    public void Examine_FewSteps_WaitsBeforeItJudges() =>
        Assert.Empty(Examine(4, ("reward", _ => 0.5), ("frac_reward_zero_std", _ => 1), ("completions/clipped_ratio", _ => 1)));

    [Fact]
    public void Examine_TroubleBeforeTheWindow_IsForgotten() =>
        Assert.Empty(Examine(20, ("frac_reward_zero_std", step => step <= 10 ? 1 : 0.1)));
}
