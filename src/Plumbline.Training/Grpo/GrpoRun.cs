using Plumbline.Training.Online;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;
using Plumbline.Training.Runs;

namespace Plumbline.Training.Grpo;

/// <summary>A GRPO run from its recipe.</summary>
public static class GrpoRun
{
    /// <inheritdoc cref="OnlineRun.RunAsync"/>
    public static Task<(TrainingOutcome Outcome, string Folder)> RunAsync(
        GrpoRecipe recipe, bool resume, IRunObserver observer, CancellationToken cancellationToken, IReadOnlyDictionary<int, IRewardSource>? given = null) =>
        OnlineRun.RunAsync(
            recipe, new OnlineAlgorithm("grpo", "GRPO", "Group Relative Policy Optimization (GRPO)", parts => new GrpoTrainer(recipe, parts)),
            resume, observer, cancellationToken, given);
}
