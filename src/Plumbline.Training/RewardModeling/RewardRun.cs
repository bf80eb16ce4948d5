using Plumbline.Training.Data;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;
using Plumbline.Training.Runs;

namespace Plumbline.Training.RewardModeling;

/// <summary>A reward-model run from its recipe.</summary>
public static class RewardRun
{
    /// <summary>Runs it.</summary>
    /// <param name="recipe">Checked already.</param>
    /// <param name="resume">Whether to go on with the run in the recipe's folder.</param>
    /// <param name="observer">Told of every step.</param>
    /// <param name="cancellationToken">Cancelled by Ctrl-C.</param>
    /// <returns>How it ended, the folder, and the exported model's figures on the validation rows.</returns>
    public static async Task<(TrainingOutcome Outcome, string Folder, IReadOnlyDictionary<string, ObjectiveReport> Reports)> RunAsync(
        RewardRecipe recipe, bool resume, IRunObserver observer, CancellationToken cancellationToken)
    {
        var fields = new PreferenceFields(recipe.Data.PromptField) { Split = recipe.Data.SplitField };
        RowList<RewardRow>? labelled = recipe.Data.Train.Count == 0 ? null : RewardRow.Read(recipe.Data.Train, recipe.Data, seed: recipe.Seed);
        RowList<PreferenceRow>? compared = recipe.Data.Pairs is { } files ? PreferenceRow.Read(files, recipe.Data, fields, recipe.Seed) : null;
        RowList<RewardRow>? given = recipe.Data.Validation is { } sources ? RewardRow.Read(sources, recipe.Data, labelled: false, recipe.Seed) : null;
        SkippedRows.Tell(observer, new[] { labelled?.Skipped, compared?.Skipped, given?.Skipped }.OfType<BadRows>());
        (IReadOnlyList<RewardRow> rows, IReadOnlyList<PreferenceRow> pairs) = (labelled ?? (IReadOnlyList<RewardRow>)[], compared ?? (IReadOnlyList<PreferenceRow>)[]);
        IReadOnlyList<RewardRow> validation = given ?? (IReadOnlyList<RewardRow>)[.. rows.Where(r => r.IsValidation)];
        if (recipe.Data.Validation is null)
            rows = [.. rows.Where(r => !r.IsValidation)];
        PreferenceRow[] heldOutPairs = [.. pairs.Where(r => r.IsValidation)];
        pairs = [.. pairs.Where(r => !r.IsValidation)];
        if (rows.Count == 0 && pairs.Count == 0)
            throw new DataException((recipe.Data.Pairs ?? recipe.Data.Train)[0].Path, 0, $"every row is held out by '{recipe.Data.SplitField}'; none is left to train on.");
        using RunFolder folder = RunSession.Open(recipe, recipe.OutputDir, "reward", resume, observer);
        RewardNetwork network = RewardNetwork.Create(
            recipe, rows.SelectMany(r => new[] { r.Prompt, r.Completion }).Concat(pairs.SelectMany(r => new[] { r.Prompt, r.Chosen, r.Rejected })),
            conversations: rows.Any(r => r.Chat is not null) || pairs.Any(r => r.Chat is not null));
        RewardExample[] Examples(IEnumerable<RewardRow> from) =>
            [.. from.Select(r => new RewardExample(network.Model.Encode(r.Chat, r.Prompt, r.Completion), r.Labels))];
        RewardPair[] Compared(IEnumerable<PreferenceRow> from) =>
            [.. from.Select(r => new RewardPair(network.Model.Encode(r.Chat?.With(r.ChosenTurns), r.Prompt, r.Chosen), network.Model.Encode(r.Chat?.With(r.RejectedTurns), r.Prompt, r.Rejected), double.IsNaN(r.Margin) ? 0 : r.Margin))];
        using IRewardTrainer trainer = recipe.Reward.Head == RewardHead.Ridge
            ? new RidgeTrainer(recipe, network, Examples(rows), Examples(validation))
            : new RewardTrainer(recipe, network, Examples(rows), Examples(validation), Compared(pairs), Compared(heldOutPairs));
        TrainingOutcome outcome = await TrainingLoop.RunAsync(trainer, folder, recipe.Training, observer, cancellationToken);
        if (!outcome.Interrupted)
            Tell(recipe, folder, network.Model.Config, trainer, outcome);
        return (outcome, folder.FullPath, trainer.Reports);
    }

    private static void Tell(RewardRecipe recipe, RunFolder folder, RewardModelConfig reading, IRewardTrainer trainer, TrainingOutcome outcome)
    {
        string yaml = File.ReadAllText(folder.RecipePath);
        ObjectiveRow[] results = [.. trainer.Reports.Select(r => new ObjectiveRow($"{r.Key}: mean squared error", r.Value.MeanMse, r.Value.Mse, "validation rows (before: predicting the mean)"))];
        CostRow[] figures =
        [
            .. trainer.Reports.Select(r => new CostRow(r.Key, $"rows {r.Value.Rows}, Pearson {r.Value.Pearson:F3}, Spearman {r.Value.Spearman:F3}, AUC {r.Value.Auc:F3}, calibration error {r.Value.CalibrationError:F3}")),
            .. trainer.PairMetrics.Select(m => new CostRow($"held-out pairs: {m.Key[5..]}", m.Value.ToString("F3"))),
            .. CostRows.Of(outcome, folder),
        ];
        RunReport.WriteHtml(folder.ReportPath, new ReportModel
        {
            Title = "Multi-label reward model",
            Verdict = Verdict(trainer),
            ObjectiveRows = results,
            MetricsPath = folder.MetricsPath,
            RecipeYaml = yaml,
            Cost = figures,
        });
        ModelCard.Write(folder.FinalPath, new ModelCardContent
        {
            Name = Path.GetFileName(folder.FullPath),
            Kind = recipe.Adapter is not null && recipe.Reward.Export == RewardExport.Adapter ? ModelCardKind.SequenceClassificationAdapter : ModelCardKind.SequenceClassification,
            Summary = $"Scores a (prompt, completion) on {string.Join(", ", trainer.Objectives)}: one trunk, one linear head an objective{(recipe.Reward.Head == RewardHead.Ridge ? ", fitted by ridge regression over the frozen trunk" : "")}. Input: {(reading.ChatTemplate ? "a conversation by the chat template" : "prompt, separator, completion, end token")}; pooled by {recipe.Reward.Pooling.ToString().ToLowerInvariant()}.",
            BaseModel = recipe.Model,
            Origin = ModelOrigin.Of(recipe.Model),
            Datasets = HubDatasets.In([.. recipe.Data.Train.Concat(recipe.Data.Pairs ?? []).Select(source => source.Path)]),
            Tags = ["reward-model"],
            Data = [.. recipe.Data.Train.Concat(recipe.Data.Pairs ?? []).Select(source => source.ToString())],
            RecipeYaml = yaml,
            Results = results,
            Figures = figures,
            Limits = recipe.Reward.Pooling == RewardPooling.Mean
                ? ["Scores hold for texts like those of the labels.", "transformers pools at the last token; this model averages over tokens (config key plumbline_pooling), so average the hidden states before score.weight when using it there."]
                : ["Scores hold for texts like those of the labels."],
        });
    }

    private static string Verdict(IRewardTrainer trainer)
    {
        string[] parts =
        [
            .. trainer.Reports.Count == 0 ? [] : new[] { string.Join(", ", trainer.Reports.Select(r => $"{r.Key} Pearson {r.Value.Pearson:F3}")) + " on validation rows." },
            .. trainer.PairMetrics.TryGetValue("eval_accuracy", out double accuracy) ? [$"{accuracy:P1} of held-out pairs in the right order."] : Array.Empty<string>(),
        ];
        return parts.Length == 0 ? "No validation rows were given." : string.Join(" ", parts);
    }
}
