using Plumbline.Models.Checkpoints;
using Plumbline.Models.Hub;
using Plumbline.Training.Data;
using Plumbline.Training.Evaluation;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;
using Plumbline.Training.Runs;

namespace Plumbline.Training.Experiments;

/// <summary>An experiment on a model, a reward model and prompts of the user's: the same for every seed.</summary>
/// <param name="recipe">Names the files.</param>
public sealed class FileSetting(CompareRecipe recipe) : IExperimentSetting
{
    /// <inheritdoc/>
    public string Title => $"GRPO and its baselines on {Path.GetFileName(Path.TrimEndingDirectorySeparator(recipe.Model!))}";

    /// <inheritdoc/>
    public IReadOnlyList<string> Objectives { get; } = Labels(recipe.Reward!);

    /// <inheritdoc/>
    public Task<ExperimentGround> PrepareAsync(int seed, bool withHackableReward, string folder, IVerbLauncher launcher, IRunObserver observer, CancellationToken cancellationToken)
    {
        IReadOnlyList<PromptRow> heldOut = PromptRow.Read(recipe.Data.EvalPrompts!, recipe.Data.PromptField);
        var weights = recipe.Sampling.RewardWeights;
        List<NamedJudge> judges = [new NamedJudge("reward model", RewardModel.Load(recipe.Reward!), weights)];
        if (recipe.Judge is { } judge)
            judges.Add(new NamedJudge("judge", IndependentJudge.Load(judge), weights));
        return Task.FromResult(new ExperimentGround
        {
            Seed = seed,
            Model = Path.GetFullPath(ModelFolder.Resolve(recipe.Model!)),
            Reward = Path.GetFullPath(ModelFolder.Resolve(recipe.Reward!)),
            Prompts = Path.GetFullPath(recipe.Data.Prompts!),
            PromptField = recipe.Data.PromptField,
            HeldOut = heldOut,
            Pairs = recipe.Pairs is { } pairs ? Path.GetFullPath(pairs) : null,
            Judges = judges,
            Extras = recipe.HackableReward is { } fooled ? new Dictionary<string, string> { [ArmCatalogue.HackableReward] = Path.GetFullPath(ModelFolder.Resolve(fooled)) } : [],
        });
    }

    private static IReadOnlyList<string> Labels(string directory)
    {
        using CheckpointFolder folder = CheckpointFolder.Open(directory);
        return folder.Config.Labels;
    }
}
