using Plumbline.Core.Advantages;
using Plumbline.Quickstart.World;
using Plumbline.Training.Recipes;

namespace Plumbline.Quickstart;

/// <summary>The recipes of the three stages; they are written out, and the ordinary verbs run them too.</summary>
internal static class QuickstartRecipes
{
    public static readonly string[] Objectives = ["politeness", "meaningfulness", "actionability", "safety"];

    public static SftRecipe Sft(QuickstartOptions options, string world, string output) => new()
    {
        OutputDir = output,
        Seed = options.Seed,
        Threads = options.Threads,
        Data = new SftData { Train = [Path.Combine(world, WorldFiles.Sft)], Validation = [Path.Combine(world, WorldFiles.SftValidation)], MaxLength = 128 },
        Scratch = new ScratchOptions { VocabularySize = 1000, HiddenSize = 96, NumHiddenLayers = 3, NumAttentionHeads = 4, NumKeyValueHeads = 4, IntermediateSize = 256, MaxPositionEmbeddings = 256 },
        Optimizer = new OptimizerOptions { LearningRate = 3e-3, LrSchedulerType = LrSchedulerType.Cosine, WarmupSteps = 20 },
        Training = new TrainingOptions { MaxSteps = options.SftSteps, PerDeviceTrainBatchSize = 64 },
    };

    // On the base's trunk: which words belong to which request is learned there already, and an answer to another request must be told from a good one.
    public static RewardRecipe Reward(QuickstartOptions options, string world, string model, string output) => new()
    {
        Model = model,
        OutputDir = output,
        Seed = options.Seed,
        Threads = options.Threads,
        Data = new RewardData { Train = [Path.Combine(world, WorldFiles.Reward)], CompletionField = "completion", MaxLength = 128 },
        Reward = new RewardOptions { Dropout = 0.05, EmaDecay = 0.98, EarlyStoppingPatience = 3 },
        Optimizer = new OptimizerOptions { LearningRate = 1e-3, LrSchedulerType = LrSchedulerType.Cosine, WarmupSteps = 20 },
        Training = new TrainingOptions { MaxSteps = options.RewardSteps, PerDeviceTrainBatchSize = 64, EvalSteps = Math.Max(1, options.RewardSteps / 6) },
    };

    public static GrpoRecipe Grpo(QuickstartOptions options, string world, string model, string reward, string output) => new()
    {
        Model = model,
        OutputDir = output,
        Seed = options.Seed,
        Threads = options.Threads,
        Data = new PromptData { Prompts = [Path.Combine(world, WorldFiles.PromptsTrain)] },
        Rewards = [new RewardSource { Path = reward }],
        Grpo = new GrpoOptions
        {
            PromptsPerStep = 16,
            NumGenerations = 8,
            MaxCompletionLength = 64,
            Beta = 0.1,
            RewardWeights = new Dictionary<string, double> { ["meaningfulness"] = 2 },
            MultiObjectiveAggregation = RewardAggregation.NormalizeThenSum,
        },
        Optimizer = new OptimizerOptions { LearningRate = 4e-4, LrSchedulerType = LrSchedulerType.Linear, WarmupSteps = 5 },
        Training = new TrainingOptions { MaxSteps = options.GrpoSteps, SaveSteps = Math.Max(1, options.GrpoSteps / 4) },
    };
}
