using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Training.Recipes;
using Plumbline.Training.Runs;

namespace Plumbline.Training.Planning;

/// <summary>Turns the recipe of an online algorithm into what can be planned.</summary>
public static class OnlinePlan
{
    // What a run loads beside what stands when the plan is made: compiled code, threads' own memory, the display.
    private const long Beside = 70L << 20;

    /// <summary>The run of a recipe on a policy of a given shape; none of the recipe's files is read but configurations of reward models that exist.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="policy">The policy's shape.</param>
    /// <param name="precision">How its weights are held.</param>
    public static PlannedRun Of(OnlineRecipe recipe, ModelConfig policy, ModelPrecision precision)
    {
        int longest = Math.Min(recipe.Data.MaxPromptLength, Math.Max(1, policy.MaxPositionEmbeddings - recipe.Algorithm.MaxCompletionLength));
        bool onCpu = recipe.Device == "cpu";
        return new PlannedRun
        {
            Policy = policy,
            Precision = precision,
            Adapter = recipe.Adapter?.ToAdapterConfig("") ?? (recipe.AdapterPath is { } path ? Saved(path) : null),
            WithReference = recipe.Algorithm.NeedsReference,
            WithCritic = recipe is PpoRecipe,
            Rewards = [.. recipe.Rewards.Where(r => r.Type == RewardSourceType.Model && r.Path is not null && File.Exists(Path.Combine(r.Path, RunChecks.ModelFile))).Select(r => ModelConfigFile.Read(Path.Combine(r.Path!, RunChecks.ModelFile)))],
            Prompts = recipe.Algorithm.PromptsPerStep,
            Generations = recipe.Algorithm.NumGenerations,
            PromptTokens = longest,
            CompletionTokens = recipe.Algorithm.MaxCompletionLength,
            Pieces = recipe.Training.GradientAccumulationSteps,
            Epochs = recipe switch { PpoRecipe ppo => ppo.Ppo.NumPpoEpochs, RlooRecipe rloo => rloo.Rloo.NumIterations, GrpoRecipe grpo => grpo.Grpo.NumIterations, _ => 1 },
            Activations = recipe.Training.ToActivations(),
            StateBytes = recipe.Optimizer.StateBytes,
            StateElsewhere = recipe.Optimizer.Offload && !onCpu,
            RuntimeBytes = onCpu ? ProcessMemory.Resident + Beside : 0,
        };
    }

    private static AdapterConfig Saved(string directory)
    {
        using AdapterFolder folder = AdapterFolder.Open(directory);
        return folder.Config;
    }
}
