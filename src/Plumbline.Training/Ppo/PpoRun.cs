using Plumbline.Training.Online;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;
using Plumbline.Training.Runs;

namespace Plumbline.Training.Ppo;

/// <summary>A PPO run from its recipe.</summary>
public static class PpoRun
{
    /// <inheritdoc cref="OnlineRun.RunAsync"/>
    public static Task<(TrainingOutcome Outcome, string Folder)> RunAsync(
        PpoRecipe recipe, bool resume, IRunObserver observer, CancellationToken cancellationToken, IReadOnlyDictionary<int, IRewardSource>? given = null) =>
        OnlineRun.RunAsync(
            recipe, new OnlineAlgorithm("ppo", "PPO", "Proximal Policy Optimization (PPO) with a critic", parts => new PpoTrainer(recipe, parts)),
            resume, observer, cancellationToken, given);
}
