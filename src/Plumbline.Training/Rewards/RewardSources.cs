using System.Text.RegularExpressions;
using Plumbline.Models.Native;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards.Assemblies;
using Plumbline.Training.Rewards.Remote;
using TorchSharp;

namespace Plumbline.Training.Rewards;

/// <summary>Builds the reward sources that a recipe names.</summary>
public static class RewardSources
{
    /// <summary>One source of all objectives, with each objective's weight.</summary>
    /// <param name="recipe">Its <c>rewards</c> and the algorithm's <c>reward_weights</c>.</param>
    /// <param name="given">Sources built elsewhere, by the index of the recipe's entry that they replace; may be empty.</param>
    /// <param name="cancellationToken">Asked while sources outside this process are.</param>
    /// <exception cref="RewardException">A source outside this process does not answer, or a user's class cannot be made.</exception>
    /// <exception cref="RecipeException">Two sources score the same objective, or a weight names an objective that no source scores.</exception>
    public static (IRewardSource Source, double[] Weights) Create(OnlineRecipe recipe, IReadOnlyDictionary<int, IRewardSource>? given = null, CancellationToken cancellationToken = default)
    {
        torch.Device device = ComputeDevice.Find(recipe.Device);
        var sources = new IRewardSource[recipe.Rewards.Count];
        // Models last: what is not ready elsewhere is told before anything large is loaded.
        foreach (int i in Enumerable.Range(0, sources.Length).OrderBy(i => recipe.Rewards[i].Type is RewardSourceType.Model))
            sources[i] = given?.GetValueOrDefault(i) ?? Named(Ready(Create(recipe.Rewards[i], device), cancellationToken), recipe.Rewards[i]);
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
        RewardSourceType.Model => RewardModel.Load(source.Path!, device),
        RewardSourceType.Length => new RuleReward(source.Name ?? "length", (_, completion) => RewardRules.Length(completion, source.Min ?? source.Target ?? 0, source.Max ?? source.Target ?? double.MaxValue)),
        RewardSourceType.Regex => Pattern(source.Name ?? "regex", new Regex(source.Pattern!)),
        RewardSourceType.Repetition => new RuleReward(source.Name ?? "repetition", (_, completion) => RewardRules.Repetition(completion)),
        RewardSourceType.Http => new HttpReward(Server(source)),
        RewardSourceType.Assembly => new UserReward(RewardAssembly.Load(source.Path!, source.Class)),
        _ => throw new ArgumentOutOfRangeException(nameof(source), source.Type, "Not a known reward source."),
    };

    private static HttpRewardOptions Server(RewardSource source) => new()
    {
        Url = new Uri(source.Url!),
        Objectives = source.Objectives.Count > 0 ? source.Objectives : [source.Name ?? "http"],
        LabelField = source.LabelField,
        ApiKey = source.ApiKey(),
        BatchSize = source.BatchSize,
        Concurrency = source.Concurrency,
        Limits = source.ToLimits(),
    };

    // Waited for here, lest the thread that will run the model change.
    private static IRewardSource Ready(IRewardSource source, CancellationToken cancellationToken)
    {
        (source as IRemoteReward)?.RequireReadyAsync(cancellationToken).GetAwaiter().GetResult();
        return source;
    }

    // A name that is not the objective's own.
    private static IRewardSource Named(IRewardSource source, RewardSource recipe) =>
        recipe.Name is { } prefix && !source.Objectives.SequenceEqual([prefix]) ? new PrefixedReward(source, prefix) : source;

    private static RuleReward Pattern(string name, Regex pattern) => new(name, (_, completion) => RewardRules.Matches(completion, pattern));
}
