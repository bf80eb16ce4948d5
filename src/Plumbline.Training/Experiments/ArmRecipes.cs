using System.Globalization;
using Plumbline.Training.Experiments.Results;
using Plumbline.Training.Recipes;

namespace Plumbline.Training.Experiments;

/// <summary>Writes the recipe of one arm's run: an ordinary one, which the ordinary verb runs.</summary>
internal sealed class ArmRecipes(CompareRecipe recipe, ExperimentGround ground)
{
    private const int Endless = 1_000_000;

    /// <summary>Writes the recipe.</summary>
    /// <param name="arm">The arm.</param>
    /// <param name="learningRate">Its learning rate.</param>
    /// <param name="share">Share of the budget it may spend.</param>
    /// <param name="rowLength">Mean tokens of prompt and completion, as the base writes.</param>
    /// <param name="completionLength">Mean tokens of a completion.</param>
    /// <param name="pairs">The file of pairs (for SFT, of their preferred answers), for arms that learn from them.</param>
    /// <param name="pairSeconds">Seconds that making the pairs took, which a budget of seconds counts.</param>
    /// <param name="path">The file to write.</param>
    /// <returns>The verb that runs it.</returns>
    public string Write(ArmPlan arm, double learningRate, double share, double rowLength, double completionLength, string? pairs, double pairSeconds, string path)
    {
        OptimizerOptions optimizer = recipe.Optimizer with
        {
            LearningRate = learningRate,
            LrSchedulerType = recipe.Budget.Kind == BudgetKind.Seconds ? LrSchedulerType.Constant : recipe.Optimizer.LrSchedulerType,
        };
        double budget = recipe.Budget.Amount * share;
        long completions = (long)recipe.Sampling.PromptsPerStep * recipe.Sampling.NumGenerations;
        // Twice the steps that the base's lengths foretell: the budget ends the run, whichever way lengths go.
        TrainingOptions Online(int passes) => recipe.Budget.Kind switch
        {
            BudgetKind.GeneratedTokens => new TrainingOptions { MaxSteps = (int)Math.Ceiling(2 * budget / (completions * completionLength)), MaxGeneratedTokens = (long)budget },
            BudgetKind.TrainedTokens => new TrainingOptions { MaxSteps = (int)Math.Ceiling(2 * budget / (completions * rowLength * passes)), MaxTrainedTokens = (long)budget },
            _ => new TrainingOptions { MaxSteps = Endless, TimeLimit = TimeSpan.FromSeconds(budget) },
        };
        TrainingOptions offline = recipe.Budget.Kind switch
        {
            BudgetKind.TrainedTokens => new TrainingOptions { NumTrainEpochs = 100, MaxTrainedTokens = (long)budget },
            BudgetKind.Seconds => new TrainingOptions { NumTrainEpochs = 100, TimeLimit = TimeSpan.FromSeconds(Math.Max(1, budget - pairSeconds)) },
            _ => new TrainingOptions { NumTrainEpochs = 2 },
        };
        var data = new PromptData { Prompts = [ground.Prompts], PromptField = ground.PromptField, MaxPromptLength = recipe.Data.MaxPromptLength };
        string reward = arm.RewardExtra is { } extra ? ground.Extras[extra] : ground.Reward;
        CompareSampling s = recipe.Sampling;
        T Filled<T>(T online, int passes) where T : OnlineRecipe => (T)(online with
        {
            Model = ground.Model,
            Seed = ground.Seed,
            Device = recipe.Device,
            Threads = recipe.Threads,
            Adapter = recipe.Adapter,
            Data = data,
            Optimizer = optimizer,
            Rewards = [new RewardSource { Path = reward }],
            Training = Online(passes),
        });
        T Sampling<T>(T options) where T : OnlineOptions => (T)(options with
        {
            PromptsPerStep = s.PromptsPerStep,
            NumGenerations = s.NumGenerations,
            MaxCompletionLength = s.MaxCompletionLength,
            Temperature = s.Temperature,
            RewardWeights = s.RewardWeights,
        });
        (string verb, object built) = arm.Algorithm switch
        {
            ArmAlgorithm.Grpo => ("grpo", (object)Filled(
                new GrpoRecipe { Grpo = Sampling(new GrpoOptions { MultiObjectiveAggregation = Core.Advantages.RewardAggregation.NormalizeThenSum }) }, passes: 1)),
            ArmAlgorithm.Rloo => ("rloo", Filled(new RlooRecipe { Rloo = Sampling(new RlooOptions()) }, passes: 1)),
            // A critic needs no group: as many completions, each of a prompt of its own.
            ArmAlgorithm.Ppo => ("ppo", Filled(
                new PpoRecipe { Ppo = Sampling(new PpoOptions()) with { PromptsPerStep = s.PromptsPerStep * s.NumGenerations, NumGenerations = 1 } }, new PpoOptions().NumPpoEpochs)),
            ArmAlgorithm.Dpo => ("dpo", new DpoRecipe
            {
                Model = ground.Model,
                Seed = ground.Seed,
                Device = recipe.Device,
                Threads = recipe.Threads,
                Adapter = recipe.Adapter,
                Optimizer = optimizer,
                Data = new DpoData { Train = [pairs!], MaxLength = recipe.Data.MaxPromptLength + s.MaxCompletionLength },
                Training = offline with { PerDeviceTrainBatchSize = 32 },
            }),
            ArmAlgorithm.Sft => ("sft", new SftRecipe
            {
                Model = ground.Model,
                Seed = ground.Seed,
                Device = recipe.Device,
                Threads = recipe.Threads,
                Adapter = recipe.Adapter,
                Optimizer = optimizer,
                Data = new SftData { Train = [pairs!], MaxLength = recipe.Data.MaxPromptLength + s.MaxCompletionLength },
                Training = offline with { PerDeviceTrainBatchSize = 32 },
            }),
            _ => throw new ArgumentOutOfRangeException(nameof(arm), arm.Algorithm, "Nothing is trained in this arm."),
        };
        string[] sections = ["grpo", "rloo", "ppo", "dpo", "sft"];
        IEnumerable<string> own = recipe.Set.Where(set => !sections.Except([verb]).Any(section => set.StartsWith(section + ".", StringComparison.Ordinal)));
        WriteChecked(built, [.. own, .. arm.Sets], path);
        return verb;
    }

    /// <summary>Prompts from which pairs are sampled: so many that their sampling spends a budget of generated tokens, or that one pass over the pairs spends one of trained tokens; all there are under one of seconds.</summary>
    public int PairPrompts(double rowLength, double completionLength) => recipe.Budget.Kind switch
    {
        BudgetKind.GeneratedTokens => Math.Max(1, (int)(recipe.Budget.Amount / (recipe.Sampling.NumGenerations * completionLength))),
        BudgetKind.TrainedTokens => Math.Max(1, (int)(recipe.Budget.Amount / (2 * rowLength))),
        _ => int.MaxValue,
    };

    /// <summary>Seconds that the sampling of pairs may take: half of a budget of seconds, which its training then has the rest of; 0 has no limit.</summary>
    public double PairSeconds => recipe.Budget.Kind == BudgetKind.Seconds ? recipe.Budget.Amount / 2 : 0;

    private static void WriteChecked(object built, IReadOnlyList<string> sets, string path)
    {
        Runs.WholeFile.WriteText(path, RecipeWriter.Write(built));
        object whole = built switch
        {
            GrpoRecipe => RecipeReader.Read<GrpoRecipe>(path, sets),
            RlooRecipe => RecipeReader.Read<RlooRecipe>(path, sets),
            PpoRecipe => RecipeReader.Read<PpoRecipe>(path, sets),
            DpoRecipe => RecipeReader.Read<DpoRecipe>(path, sets),
            _ => RecipeReader.Read<SftRecipe>(path, sets),
        };
        Runs.WholeFile.WriteText(path, RecipeWriter.Write(whole));
    }

    /// <summary>A number as recipes and options spell it.</summary>
    public static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
