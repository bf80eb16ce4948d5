using Plumbline.Models.Decoder;
using Plumbline.Models.Native;
using Plumbline.Training.Data;
using Plumbline.Training.Policies;
using Plumbline.Training.Recipes;
using Plumbline.Training.Runs;

namespace Plumbline.Training.Dpo;

/// <summary>A DPO run from its recipe: reads, joins, trains, exports, reports.</summary>
public static class DpoRun
{
    /// <summary>Runs it.</summary>
    /// <param name="recipe">Checked already.</param>
    /// <param name="resume">Whether to go on with the run in the recipe's folder.</param>
    /// <param name="observer">Told of every step.</param>
    /// <param name="cancellationToken">Cancelled by Ctrl-C.</param>
    /// <returns>How it ended, and the run's folder.</returns>
    /// <exception cref="DataException">The pairs cannot be read, or none is left to train on.</exception>
    public static async Task<(TrainingOutcome Outcome, string Folder)> RunAsync(DpoRecipe recipe, bool resume, IRunObserver observer, CancellationToken cancellationToken)
    {
        (IReadOnlyList<PreferenceRow> rows, IReadOnlyList<PreferenceRow> heldOut) = Read(recipe, observer);
        // Before the folder is taken: a model that cannot be read leaves no folder behind.
        Policy policy = Policy.Load(
            recipe.Model, recipe.Adapter, recipe.AdapterPath, withReference: !recipe.Dpo.PrecomputeRefLogProbs, recipe.Seed, ComputeDevice.Find(recipe.Device), recipe.Dtype, recipe.Quantization);
        policy.Activations = recipe.Training.ToActivations();
        int maxLength = recipe.Data.MaxLength;
        if (ContextLength.Of(policy.Model.Config) is { } limit && limit < maxLength)
        {
            observer.OnMessage(new RunMessage(RunSeverity.Information, $"Rows are cut at {limit} tokens, where the model's context ends (max_position_embeddings), instead of data.max_length = {maxLength}."));
            maxLength = limit;
        }
        DpoExample[] Examples(IReadOnlyList<PreferenceRow> from)
        {
            DpoExample[] examples = [.. from.Select(row => DpoExample.From(row, policy.Tokenizer, maxLength)).OfType<DpoExample>()];
            if (examples.Length < from.Count)
                observer.OnMessage(new RunMessage(RunSeverity.Information, $"{from.Count - examples.Length} of {from.Count} pairs are left out: within {maxLength} tokens their answers are the same."));
            return examples;
        }
        DpoExample[] validation = Examples(heldOut);
        IReadOnlyList<DpoExample> training = recipe.Data.Streaming
            ? new LazyRows<DpoExample>(rows.Count, i => DpoExample.From(rows[i], policy.Tokenizer, maxLength) ?? throw Same(recipe, rows[i], maxLength))
            : Examples(rows);
        if (training.Count == 0)
            throw new DataException(recipe.Data.Train[0].Path, 0, $"no pair's answers differ within {maxLength} tokens (data.max_length), so nothing can be preferred.");
        using RunFolder folder = RunSession.Open(recipe, recipe.OutputDir, "dpo", resume, observer);
        using var trainer = new DpoTrainer(recipe, policy, training, validation);
        TrainingOutcome outcome = await TrainingLoop.RunAsync(trainer, folder, recipe.Training, observer, cancellationToken);
        if (!outcome.Interrupted)
            Tell(recipe, folder, outcome);
        return (outcome, folder.FullPath);
    }

    private static (IReadOnlyList<PreferenceRow> Train, IReadOnlyList<PreferenceRow> HeldOut) Read(DpoRecipe recipe, IRunObserver observer)
    {
        DpoData data = recipe.Data;
        RowList<PreferenceRow> Pairs(IReadOnlyList<DataSource> sources)
        {
            var pairs = PreferenceRow.Read(sources, data, new PreferenceFields(data.PromptField, data.ChosenField, data.RejectedField, data.SplitField), recipe.Seed);
            SkippedRows.Tell(observer, pairs.Skipped);
            return pairs;
        }
        RowList<PreferenceRow> rows = Pairs(data.Train);
        if (data.Validation is { } sources)
            return (rows, Pairs(sources));
        PreferenceRow[] marked = [.. rows.Where(r => r.IsValidation)];
        if (marked.Length == rows.Count)
            throw new DataException(data.Train[0].Path, 0, $"every row is held out by '{data.SplitField}'; none is left to train on.");
        if (marked.Length > 0)
        {
            int[] others = [.. rows.Index().Where(row => !row.Item.IsValidation).Select(row => row.Index)];
            return (Part(rows, others), marked);
        }
        (int[] train, int[] held) = DeterministicShuffle.Split(rows.Count, data.ValidationFraction, recipe.Seed);
        return (Part(rows, train), Part(rows, held));
    }

    private static LazyRows<PreferenceRow> Part(RowList<PreferenceRow> rows, int[] chosen) => new(chosen.Length, i => rows[chosen[i]]);

    private static DataException Same(DpoRecipe recipe, PreferenceRow row, int maxLength) => new(recipe.Data.Train[0].Path, 0,
        $"within {maxLength} tokens both answers to '{row.Prompt}' are the same, so nothing can be preferred. Remove the pair, raise data.max_length, or set data.streaming to false, which leaves such pairs out.");

    // The report and the model card: before and after on held-out pairs where there are any, else first and last steps.
    private static void Tell(DpoRecipe recipe, RunFolder folder, TrainingOutcome outcome)
    {
        IReadOnlyList<MetricsRow> rows = MetricsLog.Read(folder.MetricsPath);
        bool heldOut = rows.Count(r => r.Metrics.ContainsKey("eval_loss")) > 1; // one evaluation is no before and after
        string prefix = heldOut ? "eval_" : "";
        string where = heldOut ? "held-out pairs" : "training pairs (held-out pairs were not asked before and after; training.eval_steps above 0 does)";
        double[] Series(string name) => [.. rows.Where(r => r.Metrics.ContainsKey(prefix + name)).Select(r => r.Metrics[prefix + name])];
        int window = heldOut ? 1 : Math.Max(1, Series("loss").Length / 10);
        ObjectiveRow Row(string name, string metric) => new(
            name, Series(metric).Take(window).DefaultIfEmpty(double.NaN).Average(), Series(metric).TakeLast(window).DefaultIfEmpty(double.NaN).Average(), where.Split(" (")[0]);
        ObjectiveRow[] results = [Row("accuracy (share of pairs put in the right order)", "rewards/accuracies"), Row("margin (nats times beta)", "rewards/margins"), Row("loss", "loss")];
        string yaml = File.ReadAllText(folder.RecipePath);
        IReadOnlyList<CostRow> cost = CostRows.Of(outcome, folder);
        RunReport.WriteHtml(folder.ReportPath, new ReportModel
        {
            Title = $"DPO on {Path.GetFileName(Path.TrimEndingDirectorySeparator(recipe.Model))}",
            Verdict = $"Put in the right order, more surely than by the reference: {results[0].Before:P0} to {results[0].After:P0} of {where}; margin {results[1].Before:F3} to {results[1].After:F3}.",
            ObjectiveRows = results,
            MetricsPath = folder.MetricsPath,
            RecipeYaml = yaml,
            Cost = cost,
        });
        ModelCard.Write(folder.FinalPath, new ModelCardContent
        {
            Name = Path.GetFileName(folder.FullPath),
            Kind = recipe.Adapter is null && recipe.AdapterPath is null ? ModelCardKind.CausalLanguageModel : ModelCardKind.Adapter,
            Summary = $"Trained with Direct Preference Optimization (DPO) on pairs of answers; loss {string.Join(" + ", recipe.Dpo.LossType)}, beta {recipe.Dpo.Beta}.",
            BaseModel = recipe.Model,
            Origin = ModelOrigin.Of(recipe.Model),
            Datasets = HubDatasets.In([.. recipe.Data.Train.Select(source => source.Path)]),
            Tags = ["dpo"],
            Data = [.. recipe.Data.Train.Select(source => $"pairs: {source}")],
            RecipeYaml = yaml,
            Results = results,
            Figures = cost,
            Limits = [$"The figures tell how the model orders {where}; what it writes itself was not judged."],
        });
    }
}
