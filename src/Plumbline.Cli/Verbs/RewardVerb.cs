using System.CommandLine;
using Plumbline.Cli.Display;
using Plumbline.Training.Recipes;
using Plumbline.Training.RewardModeling;
using Plumbline.Training.Runs;

namespace Plumbline.Cli.Verbs;

internal static class RewardVerb
{
    public static Command Create()
    {
        var model = new Option<string?>("--model") { Description = "a pretrained folder whose trunk is taken; without it, a small trunk from scratch" };
        var data = new Option<string?>("--data") { Description = "labelled JSONL: prompt, response (or completion), a number an objective, perhaps split" };
        var options = new TrainingOptionsSet((model, "model"), (data, "data.train"));
        var command = new Command("reward",
            """
            Train a multi-label reward model: one trunk, a score for every named objective; rows may lack labels.

              plumbline reward recipes/reward.yaml --set data.train=labels.jsonl --out runs/reward
              plumbline reward --data labels.jsonl --set data.objectives=[helpful,harmless] --out runs/reward
              plumbline reward --model MODEL --data labels.jsonl --set reward.pooling=last --out runs/reward
              plumbline score --reward runs/reward/final --data rows.jsonl --out scored.jsonl

            The model lands in OUT/final, in the form of transformers' sequence classification.
            """);
        options.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            RewardRecipe recipe = options.Read<RewardRecipe>(parsed, r => r.Threads);
            TrainingOutcome outcome;
            string folder;
            IReadOnlyDictionary<string, ObjectiveReport> reports;
            using (RunDisplay display = options.Display(parsed))
                (outcome, folder, reports) = await RewardRun.RunAsync(recipe, options.Resume(parsed), display, cancellationToken);
            if (!outcome.Interrupted && reports.Count > 0)
                ObjectiveTable.Print(reports, options.Json(parsed));
            return options.Conclude(parsed, "reward", outcome, folder, new { objectives = reports, outcome.Steps, seconds = outcome.Elapsed.TotalSeconds, run = folder });
        });
        return command;
    }
}
