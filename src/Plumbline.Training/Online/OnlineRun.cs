using Plumbline.Engine.Generation;
using Plumbline.Models.Decoder;
using Plumbline.Models.Hub;
using Plumbline.Models.Native;
using Plumbline.Models.Tokens;
using Plumbline.Training.Data;
using Plumbline.Training.Policies;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;
using Plumbline.Training.Rollouts;
using Plumbline.Training.Rollouts.Remote;
using Plumbline.Training.Runs;

namespace Plumbline.Training.Online;

/// <summary>A run of any online algorithm from its recipe: reads, joins, trains, exports, reports.</summary>
public static class OnlineRun
{
    private const int LoggedCompletionsEvery = 10;
    private const int Samples = 3;

    /// <summary>Runs it.</summary>
    /// <param name="recipe">Checked already.</param>
    /// <param name="algorithm">How it learns.</param>
    /// <param name="resume">Whether to go on with the run in the recipe's folder.</param>
    /// <param name="observer">Told of every step.</param>
    /// <param name="cancellationToken">Cancelled by Ctrl-C.</param>
    /// <param name="given">Reward sources built elsewhere, by the index of the recipe's entry they replace.</param>
    /// <returns>How it ended, and the run's folder.</returns>
    public static async Task<(TrainingOutcome Outcome, string Folder)> RunAsync(
        OnlineRecipe recipe, OnlineAlgorithm algorithm, bool resume, IRunObserver observer, CancellationToken cancellationToken, IReadOnlyDictionary<int, IRewardSource>? given = null)
    {
        using RowList<PromptRow> all = PromptRow.Read(recipe.Data.Prompts, recipe.Data, recipe.Seed);
        using RowList<PromptRow>? asked = recipe.Data.EvalPrompts is { } sources ? PromptRow.Read(sources, recipe.Data, recipe.Seed) : null;
        SkippedRows.Tell(observer, all.Skipped, asked?.Skipped ?? new BadRows());
        (IReadOnlyList<PromptRow> rows, IReadOnlyList<PromptRow> evaluation) = (all, asked ?? (IReadOnlyList<PromptRow>)[]);
        if (recipe.Data.EvalPrompts is null && recipe.Data.EvalFraction > 0)
        {
            (int[] train, int[] held) = DeterministicShuffle.Split(rows.Count, recipe.Data.EvalFraction, recipe.Seed);
            (rows, evaluation) = (new LazyRows<PromptRow>(train.Length, i => all[train[i]]), new LazyRows<PromptRow>(held.Length, i => all[held[i]]));
        }
        IReadOnlyDictionary<int, IRewardSource> ready = RewardSources.WithoutModels(recipe, given, cancellationToken);
        if (recipe.Rollout.Type == RolloutType.Vllm)
            VllmRollouts.RequireReadyAsync(recipe.Rollout, recipe.Model, cancellationToken).GetAwaiter().GetResult();
        Policy policy = Policy.Load(recipe.Model, recipe.Adapter, recipe.AdapterPath, recipe.Algorithm.NeedsReference, recipe.Seed, ComputeDevice.Find(recipe.Device), recipe.Dtype, recipe.Quantization);
        policy.Activations = recipe.Training.ToActivations();
        // A base serves one pass at a time: where completions are scored beside sampling, rewards bring their own.
        bool sharesBase = policy.Adapter is not null && !recipe.Algorithm.OverlapScoring && (recipe.Rollout.Type == RolloutType.Local || recipe.Algorithm.RolloutStaleness == 0);
        (IRewardSource rewards, double[] weights) = RewardSources.Create(recipe, ready, sharesBase ? policy : null);
        Prompt Encoded(PromptRow row) => Encode(row, policy.Tokenizer, recipe);
        Prompt[] heldOut = [.. evaluation.Select(Encoded)];
        IReadOnlyList<Prompt> training = recipe.Data.Streaming ? new LazyRows<Prompt>(rows.Count, i => Encoded(rows[i])) : [.. rows.Select(Encoded)];
        int longest = recipe.Data.Streaming ? recipe.Data.MaxPromptLength : training.Concat(heldOut).Max(p => p.Ids.Length);
        ContextLength.Require(policy.Model.Config, "The longest prompt (data.max_prompt_length cuts it)", longest, recipe.Algorithm.MaxCompletionLength);
        using RunFolder folder = RunSession.Open(recipe, recipe.OutputDir, algorithm.Verb, resume, observer);
        var completions = new CompletionsLog(folder.CompletionsPath, recipe.Algorithm.ObjectivesOf(rewards.Objectives));
        var prompts = new PromptSchedule(training, recipe.Algorithm.PromptsPerStep, recipe.Seed);
        GenerationOptions generation = recipe.Algorithm.ToGenerationOptions(recipe.Seed);
        using VllmRollouts? remote = recipe.Rollout.Type == RolloutType.Vllm ? new VllmRollouts(policy, recipe.Rollout, generation, Path.Combine(folder.FullPath, "adapters")) : null;
        IRolloutSource rollouts = remote is not null ? remote : new LocalRollouts(policy, generation);
        using OnlineTrainer trainer = algorithm.Create(new OnlineParts(policy, rollouts, rewards, weights, prompts)
        {
            EvaluationPrompts = heldOut,
            OnCompletions = (step, table) => (step == 1 || step % LoggedCompletionsEvery == 0 ? completions.WriteAsync(step, table.ToRows()) : Task.CompletedTask).GetAwaiter().GetResult(),
        });
        TrainingOutcome outcome = await TrainingLoop.RunAsync(trainer, folder, recipe.Training, observer, cancellationToken);
        if (!outcome.Interrupted)
            Tell(recipe, algorithm, folder, trainer, outcome);
        return (outcome, folder.FullPath);
    }

    private static Prompt Encode(PromptRow row, Tokenizer tokenizer, OnlineRecipe recipe)
    {
        int[] ids = tokenizer.EncodePrompt(row);
        return new Prompt(row.Prompt, ids.Length > recipe.Data.MaxPromptLength ? ids[^recipe.Data.MaxPromptLength..] : ids) { Columns = row.Columns, Messages = row.Messages };
    }

    // The report and the model card: before and after on held-out prompts where there are any, else first and last steps.
    private static void Tell(OnlineRecipe recipe, OnlineAlgorithm algorithm, RunFolder folder, OnlineTrainer trainer, TrainingOutcome outcome)
    {
        IReadOnlyList<MetricsRow> rows = MetricsLog.Read(folder.MetricsPath);
        bool heldOut = rows.Count(r => r.Metrics.ContainsKey("eval_reward")) > 1; // one evaluation is no before and after
        string prefix = heldOut ? "eval_" : "";
        double[] Series(string name) => [.. rows.Where(r => r.Metrics.ContainsKey(prefix + name)).Select(r => r.Metrics[prefix + name])];
        int window = heldOut ? 1 : Math.Max(1, Series("reward").Length / 10);
        int completions = heldOut ? trainer.EvaluationCount : recipe.Algorithm.PromptsPerStep * recipe.Algorithm.NumGenerations;
        ObjectiveRow Row(string name, string mean, string deviation) => ObjectiveChange.Of(name, "reward model", Series(mean), Series(deviation), window, completions);
        ObjectiveRow[] objectives = [.. trainer.Objectives.Select(o => Row(o, $"rewards/{o}/mean", $"rewards/{o}/std")), Row("reward (weighted sum)", "reward", "reward_std")];
        string yaml = File.ReadAllText(folder.RecipePath);
        string where = heldOut ? "held-out prompts" : "training prompts (held-out prompts were not asked before and after; training.eval_steps above 0 does)";
        int risen = objectives[..^1].Count(o => o.After > o.Before);
        IReadOnlyList<CostRow> cost = CostRows.Of(outcome, folder);
        RunReport.WriteHtml(folder.ReportPath, new ReportModel
        {
            Title = $"{algorithm.Title} on {Path.GetFileName(Path.TrimEndingDirectorySeparator(recipe.Model))}",
            Verdict = $"{risen} of {objectives.Length - 1} objectives rose on {where}; reward {objectives[^1].Before:F3} to {objectives[^1].After:F3}.",
            ObjectiveRows = objectives,
            Samples = [.. trainer.Samples(Samples)],
            MetricsPath = folder.MetricsPath,
            RecipeYaml = yaml,
            Cost = cost,
        });
        ModelCard.Write(folder.FinalPath, new ModelCardContent
        {
            Name = Path.GetFileName(folder.FullPath),
            Kind = recipe.Adapter is null && recipe.AdapterPath is null ? ModelCardKind.CausalLanguageModel : ModelCardKind.Adapter,
            Summary = $"Trained with {algorithm.Name} on {trainer.Objectives.Count} objective(s) at once: {string.Join(", ", trainer.Objectives)}.",
            BaseModel = recipe.Model,
            Origin = ModelOrigin.Of(recipe.Model),
            Datasets = HubDatasets.In([.. recipe.Data.Prompts.Select(source => source.Path)]),
            Tags = [algorithm.Verb],
            Data = [.. recipe.Data.Prompts.Select(source => $"prompts: {source}"), .. recipe.Rewards.Select(r => $"reward: {r.Type.ToString().ToLowerInvariant()} {SourceName(r)}".TrimEnd())],
            RecipeYaml = yaml,
            Results = objectives,
            Figures = cost,
            Limits = [$"The figures are those of the training reward on {where}; no independent judge has looked at them."],
        });
    }

    // A published name whole; of a folder its own name alone: the card is published, and where folders lie is not.
    private static string SourceName(RewardSource source) =>
        source.Path is { } path && ModelFolder.Origin(path) is { } origin ? origin.Name.Repository : Path.GetFileName(source.Path ?? source.Name ?? "");
}
