using Plumbline.Models.Hub;
using Plumbline.Training.Recipes;

namespace Plumbline.Training.Runs;

/// <summary>The commits that the hub names in a recipe stood for: a branch moves, and a run should be repeatable.</summary>
internal static class HubOrigins
{
    private const string Prefix = "commit of ";

    /// <summary>Facts for environment.json: <c>commit of org/name</c>, one for each pulled name.</summary>
    public static IReadOnlyDictionary<string, string> Of(object recipe) => Names(recipe).OfType<string>().Distinct()
        .Select(name => (name, origin: string.IsNullOrWhiteSpace(name) ? null : ModelFolder.Origin(name)))
        .Where(pair => pair.origin is not null)
        .ToDictionary(pair => Prefix + pair.name, pair => pair.origin!.Value.Commit);

    private static IEnumerable<string?> Names(object recipe) => recipe switch
    {
        OnlineRecipe online => [online.Model, online.AdapterPath, .. online.Rewards.Select(source => source.Path)],
        SftRecipe sft => [sft.Model],
        RewardRecipe reward => [reward.Model],
        DpoRecipe dpo => [dpo.Model, dpo.AdapterPath],
        _ => [],
    };
}
