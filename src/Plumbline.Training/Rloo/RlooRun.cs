using Plumbline.Training.Online;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;
using Plumbline.Training.Runs;

namespace Plumbline.Training.Rloo;

/// <summary>An RLOO run from its recipe.</summary>
public static class RlooRun
{
    /// <inheritdoc cref="OnlineRun.RunAsync"/>
    public static Task<(TrainingOutcome Outcome, string Folder)> RunAsync(
        RlooRecipe recipe, bool resume, IRunObserver observer, CancellationToken cancellationToken, IReadOnlyDictionary<int, IRewardSource>? given = null) =>
        OnlineRun.RunAsync(
            recipe, new OnlineAlgorithm("rloo", "RLOO", "REINFORCE leave-one-out (RLOO)", parts => new RlooTrainer(recipe, parts)),
            resume, observer, cancellationToken, given);
}
