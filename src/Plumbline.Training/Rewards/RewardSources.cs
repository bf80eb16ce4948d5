using System.Text.RegularExpressions;
using Plumbline.Models.Native;
using Plumbline.Training.Recipes;
using TorchSharp;

namespace Plumbline.Training.Rewards;

/// <summary>Builds the reward sources that a recipe names.</summary>
public static class RewardSources
{
    /// <summary>One source of all objectives, with each objective's weight.</summary>
    /// <param name="recipe">Its <c>rewards</c> and the algorithm's <c>reward_weights</c>.</param>
    /// <param name="given">Sources built elsewhere, by the index of the recipe's entry that they replace; may be empty.</param>
    /// <exception cref="RecipeException">Two sources score the same objective, or a weight names an objective that no source scores.</exception>
    public static (IRewardSource Source, double[] Weights) Create(OnlineRecipe recipe, IReadOnlyDictionary<int, IRewardSource>? given = null)
    {
        torch.Device device = ComputeDevice.Find(recipe.Device);
        IRewardSource[] sources = [.. recipe.Rewards.Select((source, i) => given?.GetValueOrDefault(i) ?? Create(source, device))];
        var faults = new List<string>();
        string[] names = [.. sources.SelectMany(s => s.Objectives)];
        foreach (IGrouping<string, string> twice in names.GroupBy(n => n).Where(g => g.Count() > 1))
            faults.Add($"rewards score '{twice.Key}' twice. Give one of the sources another name.");
        foreach (string stranger in recipe.Algorithm.RewardWeights.Keys.Concat(recipe.Rewards.SelectMany(r => r.Weights.Keys)).Distinct().Except(names))
            faults.Add($"a weight is given for '{stranger}', which no reward scores. The objectives are {string.Join(", ", names)}.");
        if (faults.Count > 0)
            throw new RecipeException(faults);
        double[] weights = [.. sources.SelectMany((source, i) => source.Objectives.Select(o => recipe.WeightOf(o, recipe.Rewards[i])))];
        IRewardSource all = new CompositeReward(sources);
        return (recipe.Algorithm.ShuffleRewards ? new ShuffledReward(all, recipe.Seed) : all, weights);
    }

    private static IRewardSource Create(RewardSource source, torch.Device device) => source.Type switch
    {
        RewardSourceType.Model when source.Name is { } prefix => new PrefixedReward(RewardModel.Load(source.Path!, device), prefix),
        RewardSourceType.Model => RewardModel.Load(source.Path!, device),
        RewardSourceType.Length => new RuleReward(source.Name ?? "length", (_, completion) => RewardRules.Length(completion, source.Min ?? source.Target ?? 0, source.Max ?? source.Target ?? double.MaxValue)),
        RewardSourceType.Regex => Pattern(source.Name ?? "regex", new Regex(source.Pattern!)),
        RewardSourceType.Repetition => new RuleReward(source.Name ?? "repetition", (_, completion) => RewardRules.Repetition(completion)),
        _ => throw new ArgumentOutOfRangeException(nameof(source), source.Type, "Not a known reward source."),
    };

    private static RuleReward Pattern(string name, Regex pattern) => new(name, (_, completion) => RewardRules.Matches(completion, pattern));
}
