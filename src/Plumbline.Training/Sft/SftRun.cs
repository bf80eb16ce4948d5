using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Native;
using Plumbline.Models.Tokens;
using Plumbline.Training.Data;
using Plumbline.Training.Policies;
using Plumbline.Training.Recipes;
using Plumbline.Training.Runs;

namespace Plumbline.Training.Sft;

/// <summary>A supervised run from its recipe.</summary>
public static class SftRun
{
    /// <summary>Runs it.</summary>
    /// <param name="recipe">Checked already.</param>
    /// <param name="resume">Whether to go on with the run in the recipe's folder.</param>
    /// <param name="observer">Told of every step.</param>
    /// <param name="cancellationToken">Cancelled by Ctrl-C.</param>
    public static async Task<(TrainingOutcome Outcome, string Folder)> RunAsync(SftRecipe recipe, bool resume, IRunObserver observer, CancellationToken cancellationToken)
    {
        using RowList<SftRow> all = SftRow.Read(recipe.Data.Train, recipe.Data, recipe.Seed);
        using RowList<SftRow>? given = recipe.Data.Validation is { } sources ? SftRow.Read(sources, recipe.Data, recipe.Seed) : null;
        SkippedRows.Tell(observer, all.Skipped, given?.Skipped ?? new BadRows());
        (IReadOnlyList<SftRow> rows, IReadOnlyList<SftRow> validation) = (all, given ?? (IReadOnlyList<SftRow>)[]);
        if (recipe.Data.Validation is null && recipe.Data.ValidationFraction > 0)
        {
            (int[] train, int[] heldOut) = DeterministicShuffle.Split(rows.Count, recipe.Data.ValidationFraction, recipe.Seed);
            (rows, validation) = (new LazyRows<SftRow>(train.Length, i => all[train[i]]), new LazyRows<SftRow>(heldOut.Length, i => all[heldOut[i]]));
        }
        // Before the folder is taken: a model that cannot be read leaves no folder behind.
        Policy? pretrained = recipe.Model is { } model ? Policy.Load(model, recipe.Adapter, null, withReference: false, recipe.Seed, ComputeDevice.Find(recipe.Device), recipe.Dtype, recipe.Quantization) : null;
        using RunFolder folder = RunSession.Open(recipe, recipe.OutputDir, "sft", resume, observer);
        Policy policy = pretrained ?? FromScratch(recipe, rows, Path.Combine(folder.FullPath, "scratch"));
        policy.Activations = recipe.Training.ToActivations();
        int maxLength = recipe.Data.MaxLength;
        if (ContextLength.Of(policy.Model.Config) is { } limit && limit < maxLength)
        {
            observer.OnMessage(new RunMessage(RunSeverity.Information, $"Rows are cut at {limit} tokens, where the model's context ends (max_position_embeddings), instead of data.max_length = {maxLength}."));
            maxLength = limit;
        }
        IEnumerable<SftExample> Of(SftRow row) => recipe.Sft.AssistantOnlyLoss && row.Chat is null
            ? throw new DataException(recipe.Data.Train[0].Path, 0, $"sft.assistant_only_loss needs conversations, but a row is plain text: '{row.Completion[..Math.Min(40, row.Completion.Length)]}'. Give rows with messages, or set it to false.")
            : SftExample.From(row, policy.Tokenizer, maxLength, recipe.Sft);
        SftExample[] Examples(IEnumerable<SftRow> from) => [.. from.SelectMany(Of)];
        // Of a row that stays on disk it is not known how many stretches its text has: the first is taken, as in TRL.
        IReadOnlyList<SftExample> examples = recipe.Data.Streaming
            ? new LazyRows<SftExample>(rows.Count, i => Of(rows[i]).FirstOrDefault() ?? throw new DataException(recipe.Data.Train[0].Path, 0, $"the row '{rows[i].Completion}' has no token to learn. Remove it."))
            : Examples(rows);
        if (examples.Count == 0)
            throw new DataException(recipe.Data.Train[0].Path, 0, $"no row leaves anything to learn within {maxLength} tokens (data.max_length).");
        using var trainer = new SftTrainer(recipe, policy, examples, Examples(validation));
        TrainingOutcome outcome = await TrainingLoop.RunAsync(trainer, folder, recipe.Training, observer, cancellationToken);
        if (!outcome.Interrupted)
            Tell(recipe, folder, outcome);
        return (outcome, folder.FullPath);
    }

    // A resumed run finds the fresh weights and the tokenizer of its first start.
    private static Policy FromScratch(SftRecipe recipe, IReadOnlyList<SftRow> rows, string directory)
    {
        if (!File.Exists(Path.Combine(directory, ModelConfigFile.Name)))
        {
            Tokenizer tokenizer = BpeTrainer.Train(rows.Select(r => r.Prompt + r.Completion), recipe.Scratch!.VocabularySize, ScratchModel.SpecialTokens).ToTokenizer();
            ModelConfig config = ScratchModel.Config(recipe.Scratch, tokenizer);
            using DecoderModel fresh = DecoderModel.Create(config, recipe.Seed);
            tokenizer.Save(directory);
            CheckpointFolder.WriteModel(directory, config, fresh.NamedParameters());
        }
        return Policy.Load(directory, null, null, withReference: false, recipe.Seed, ComputeDevice.Find(recipe.Device));
    }

    private static void Tell(SftRecipe recipe, RunFolder folder, TrainingOutcome outcome)
    {
        string yaml = File.ReadAllText(folder.RecipePath);
        var losses = MetricsLog.Read(folder.MetricsPath).Where(r => r.Metrics.ContainsKey("eval_loss")).Select(r => r.Metrics["eval_loss"]).ToArray();
        ObjectiveRow[] results = losses.Length > 1 ? [new ObjectiveRow("held-out loss (nats a token)", losses[0], losses[^1], "held-out data")] : [];
        IReadOnlyList<CostRow> cost = CostRows.Of(outcome, folder);
        RunReport.WriteHtml(folder.ReportPath, new ReportModel
        {
            Title = "Supervised fine-tuning",
            Verdict = losses switch
            {
                [] => $"Training loss ended at {outcome.Metrics.GetValueOrDefault("loss"):F4}; no held-out data was given.",
                [var only] => $"Held-out loss ended at {only:F4}; what it was before was not measured (training.eval_steps above 0 does).",
                [var before, .., var after] => $"Held-out loss {before:F4} to {after:F4}.",
            },
            ObjectiveRows = results,
            MetricsPath = folder.MetricsPath,
            RecipeYaml = yaml,
            Cost = cost,
        });
        ModelCard.Write(folder.FinalPath, new ModelCardContent
        {
            Name = Path.GetFileName(folder.FullPath),
            Kind = recipe.Adapter is null ? ModelCardKind.CausalLanguageModel : ModelCardKind.Adapter,
            Summary = "Supervised fine-tuning on texts.",
            BaseModel = recipe.Model,
            Origin = ModelOrigin.Of(recipe.Model),
            Datasets = HubDatasets.In([.. recipe.Data.Train.Select(source => source.Path)]),
            Tags = ["sft"],
            Data = [.. recipe.Data.Train.Select(source => source.ToString())],
            RecipeYaml = yaml,
            Results = results,
            Figures = cost,
            Limits = ["Only the loss on held-out data was measured; what the model says was not judged."],
        });
    }
}
