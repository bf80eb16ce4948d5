using System.Text.RegularExpressions;
using Plumbline.Models.Native;
using Plumbline.Training.Policies;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards.Assemblies;
using Plumbline.Training.Rewards.Judges;
using Plumbline.Training.Rewards.Remote;
using TorchSharp;

namespace Plumbline.Training.Rewards;

/// <summary>Builds the reward sources that a recipe names.</summary>
public static class RewardSources
{
    /// <summary>The sources that need no model here, by the index of the recipe's entry; asked whether they are ready, before anything large is loaded.</summary>
    /// <param name="recipe">Its <c>rewards</c>.</param>
    /// <param name="given">Sources built elsewhere, by the index of the recipe's entry that they replace; null for none.</param>
    /// <param name="cancellationToken">Asked while sources outside this process are.</param>
    /// <exception cref="RewardException">A source outside this process does not answer, or a user's class cannot be made.</exception>
    public static IReadOnlyDictionary<int, IRewardSource> WithoutModels(OnlineRecipe recipe, IReadOnlyDictionary<int, IRewardSource>? given, CancellationToken cancellationToken)
    {
        var sources = new Dictionary<int, IRewardSource>(given ?? new Dictionary<int, IRewardSource>());
        foreach ((int i, RewardSource source) in recipe.Rewards.Index())
            if (source.Type != RewardSourceType.Model && !sources.ContainsKey(i))
                sources[i] = Named(Ready(Create(source), cancellationToken), source);
        return sources;
    }

    /// <summary>One source of all objectives, with each objective's weight.</summary>
    /// <param name="recipe">Its <c>rewards</c> and the algorithm's <c>reward_weights</c>.</param>
    /// <param name="given">Sources built already, by the index of the recipe's entry that they replace; may be empty.</param>
    /// <param name="policy">A policy over a frozen base, on which reward adapters for the same base are laid; null reads a base for each.</param>
    /// <exception cref="RecipeException">Two sources score the same objective, or a weight names an objective that no source scores.</exception>
    public static (IRewardSource Source, double[] Weights) Create(OnlineRecipe recipe, IReadOnlyDictionary<int, IRewardSource> given, Policy? policy = null)
    {
        torch.Device device = ComputeDevice.Find(recipe.Device);
        IRewardSource[] sources = [.. recipe.Rewards.Select((source, i) =>
            given.GetValueOrDefault(i) ?? Named(RewardModel.Load(source.Path!, device, policy), source))];
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

    private static IRewardSource Create(RewardSource source) => source.Type switch
    {
        RewardSourceType.Length => new RuleReward(source.Name ?? "length", (_, completion) => RewardRules.Length(completion, source.Min ?? source.Target ?? 0, source.Max ?? source.Target ?? double.MaxValue)),
        RewardSourceType.Regex => Pattern(source.Name ?? "regex", new Regex(source.Pattern!)),
        RewardSourceType.Repetition => new RuleReward(source.Name ?? "repetition", (_, completion) => RewardRules.Repetition(completion)),
        RewardSourceType.Http => new HttpReward(Server(source)),
        RewardSourceType.Judge => new ChatJudge(
            OpenAIJudges.Connect(new Uri(source.Url!), source.Model!, source.ApiKey(), source.ToLimits()),
            source.RubricFile is { } file ? JudgeRubric.Load(file) : new JudgeRubric([.. source.Rubric]),
            new ChatJudgeOptions { Scale = source.Scale, Concurrency = source.Concurrency, ReferenceField = source.LabelField }),
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
