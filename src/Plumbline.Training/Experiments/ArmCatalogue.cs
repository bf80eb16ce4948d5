using System.Globalization;
using Plumbline.Training.Experiments.Results;
using Plumbline.Training.Recipes;

namespace Plumbline.Training.Experiments;

/// <summary>The arms that a recipe names, as plans.</summary>
public static class ArmCatalogue
{
    /// <summary>Ends the name of the ablation in which one objective alone is rewarded.</summary>
    public const string Alone = "_alone";

    /// <summary>The reward model trained on tidy answers only, among the grounds' extras.</summary>
    public const string HackableReward = "hackable_reward";

    /// <summary>Names of base, baselines and methods.</summary>
    public static IReadOnlyList<string> Main { get; } = ["base", "sft", "grpo", "ppo", "dpo", "rloo"];

    /// <summary>Names of the aggregations that GRPO can be run with instead of its own.</summary>
    public static IReadOnlyList<string> Ablations { get; } = ["sum_then_normalize", "normalize_then_sum", "mo_grpo", "rvpo"];

    /// <summary>Names of the controls.</summary>
    public static IReadOnlyList<string> Controls { get; } = ["shuffled", "constant", "random_text", "hackable"];

    /// <summary>All arms of a recipe: base first, then in the order they are named.</summary>
    /// <param name="recipe">Checked already.</param>
    /// <param name="objectives">Names of the reward's objectives.</param>
    /// <exception cref="RecipeException">An objective is named that the reward does not score.</exception>
    public static IReadOnlyList<ArmPlan> Of(CompareRecipe recipe, IReadOnlyList<string> objectives)
    {
        string[] strangers = [.. (recipe.Ablations ?? []).Where(a => a.EndsWith(Alone, StringComparison.Ordinal)).Select(a => a[..^Alone.Length])
            .Concat(recipe.Sweep.Objective is { } swept ? [swept, recipe.Sweep.Against!] : []).Except(objectives).Distinct()];
        if (strangers.Length > 0)
            throw new RecipeException([.. strangers.Select(s => $"'{s}' is no objective of the reward. The objectives are {string.Join(", ", objectives)}.")]);
        double Weight(string objective) => recipe.Sampling.RewardWeights.GetValueOrDefault(objective, 1);
        string[] main = [.. recipe.Arms.OrderBy(a => a == "base" ? 0 : 1)];
        return
        [
            .. main.Select(MainArm),
            .. (recipe.Ablations ?? []).Select(a => Ablation(a, objectives)),
            .. recipe.Sweep.Objective is { } objective ? recipe.Sweep.Factors.Select(f => Swept(objective, f, Weight(objective))) : [],
            .. (recipe.Controls ?? []).Select(Control),
        ];
    }

    private static ArmPlan MainArm(string key) => key switch
    {
        "base" => new ArmPlan { Key = key, Name = "base", Algorithm = ArmAlgorithm.Base, Kind = ArmKind.Base, Description = "The model all arms start from, untouched." },
        "sft" => new ArmPlan { Key = key, Name = "SFT", Algorithm = ArmAlgorithm.Sft, Kind = ArmKind.Baseline, Description = "Supervised fine-tuning on the preferred answer of every pair." },
        "grpo" => new ArmPlan { Key = key, Name = "GRPO", Algorithm = ArmAlgorithm.Grpo, Kind = ArmKind.Method, Description = "Group-relative advantages over all objectives, no critic." },
        "ppo" => new ArmPlan { Key = key, Name = "PPO", Algorithm = ArmAlgorithm.Ppo, Kind = ArmKind.Baseline, Description = "PPO-RLHF: a critic, generalised advantages, the KL in the reward." },
        "dpo" => new ArmPlan { Key = key, Name = "DPO", Algorithm = ArmAlgorithm.Dpo, Kind = ArmKind.Baseline, Description = "Direct preference optimisation on pairs sampled from the base and ranked by the reward." },
        "rloo" => new ArmPlan { Key = key, Name = "RLOO", Algorithm = ArmAlgorithm.Rloo, Kind = ArmKind.Baseline, Description = "REINFORCE with the mean of the other completions as baseline." },
        _ => throw new ArgumentOutOfRangeException(nameof(key), key, "Not a known arm."),
    };

    private static ArmPlan Ablation(string key, IReadOnlyList<string> objectives)
    {
        if (!key.EndsWith(Alone, StringComparison.Ordinal))
            return Variation(key, $"GRPO, {key}", $"GRPO with multi_objective_aggregation: {key}.") with { Sets = [$"grpo.multi_objective_aggregation={key}"] };
        string only = key[..^Alone.Length];
        return Variation(key, $"{only} alone", $"GRPO with every weight but that of {only} at 0.") with
        {
            Sets = [.. objectives.Select(o => $"grpo.reward_weights.{o}={(o == only ? 1 : 0)}")],
            Check = ArmCheck.OthersPay,
            Sweep = (only, double.PositiveInfinity),
        };
    }

    private static ArmPlan Swept(string objective, double factor, double weight)
    {
        string number = factor.ToString(CultureInfo.InvariantCulture);
        return Variation($"{objective}_x{number}", $"{objective} × {number}", $"GRPO with {number} times the weight on {objective}.") with
        {
            Sets = [$"grpo.reward_weights.{objective}={(factor * weight).ToString(CultureInfo.InvariantCulture)}"],
            Sweep = (objective, factor),
        };
    }

    private static ArmPlan Variation(string key, string name, string description) =>
        new() { Key = key, Name = name, Algorithm = ArmAlgorithm.Grpo, Kind = ArmKind.Ablation, Description = description };

    private static ArmPlan Control(string key)
    {
        ArmPlan Plan(string name, string description, ArmCheck check) =>
            new() { Key = key, Name = name, Algorithm = ArmAlgorithm.Grpo, Kind = ArmKind.Control, Description = description, Check = check };
        return key switch
        {
            "shuffled" => Plan("shuffled rewards", "GRPO with every reward dealt to another completion.", ArmCheck.NoRise) with { Sets = ["grpo.shuffle_rewards=true"] },
            "constant" => Plan("constant reward", "GRPO with the same reward for every completion.", ArmCheck.NoRise) with
            {
                Sets = ["rewards=[{type: regex, name: constant, pattern: \"\"}]", "rewards.0.pattern=^", "grpo.reward_weights={}"],
            },
            "random_text" => Plan("random text", "Words of the base's answers, drawn at random.", ArmCheck.IsWorse) with { Algorithm = ArmAlgorithm.RandomText },
            "hackable" => Plan("hackable reward", "GRPO on a reward model that saw tidy answers only.", ArmCheck.IsHacked) with { RewardExtra = HackableReward, Sets = ["grpo.beta=0.02"] },
            _ => throw new ArgumentOutOfRangeException(nameof(key), key, "Not a known control."),
        };
    }
}
