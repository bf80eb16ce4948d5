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
        var model = new Option<string?>("--model") { HelpName = "MODEL", Description = "a pretrained folder or pulled hub name whose trunk is taken; without it, a small trunk from scratch" };
        var data = new Option<string?>("--data") { HelpName = "FILE", Description = "labelled rows (.jsonl, .json, .csv, .parquet): prompt, response (or completion), a number an objective, perhaps split" };
        var options = new TrainingOptionsSet((model, "model"), (data, "data.train"), PrecisionOptions.DTypeKey, PrecisionOptions.QuantizationKey);
        var command = new Verb("reward", "Train a reward model: one trunk, a score for every named objective; rows may lack labels.",
            """
            plumbline reward recipes/reward.yaml --set data.train=labels.jsonl --out runs/reward
            plumbline reward --data labels.jsonl --set data.objectives=[helpful,harmless]
            plumbline reward --model MODEL --data labels.jsonl --set reward.pooling=last
            plumbline reward --model MODEL --data labels.jsonl --set adapter={}
            plumbline reward --model MODEL --data labels.jsonl --set reward.head=ridge
            plumbline reward --set data.pairs=pairs.jsonl --set data.objectives=[reward]
            plumbline score --reward runs/reward/final --data rows.jsonl --out scored.jsonl

            A row is {"prompt": "...", "response": "...", "helpful": 0.8}, perhaps with
            "split": "val", which holds it out for the figures. Pairs, with "chosen" and
            "rejected", are learnt by comparison (Bradley-Terry), beside labels or alone.
            The model lands in OUT/final, in the form of transformers' sequence
            classification, or as a PEFT adapter with its head; head: ridge fits the head
            in seconds over a frozen trunk. Every key with its default stands in
            recipes/reward.yaml.
            """);
        options.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            RewardRecipe recipe = options.Read<RewardRecipe>(parsed, r => (r.Threads, r.Device));
            TrainingOutcome outcome;
            string folder;
            IReadOnlyDictionary<string, ObjectiveReport> reports;
            using (RunDisplay display = options.Display(parsed))
                (outcome, folder, reports) = await RewardRun.RunAsync(recipe, options.Resume(parsed), display, cancellationToken);
            if (!outcome.Interrupted && reports.Count > 0)
                ObjectiveTable.Print(reports, options.Json(parsed));
            if (!outcome.Interrupted && outcome.Metrics.TryGetValue("eval_accuracy", out double accuracy))
                await Console.Error.WriteLineAsync($"Held-out pairs in the right order: {accuracy:P1}.");
            else if (!outcome.Interrupted && reports.Count == 0)
                await Console.Error.WriteLineAsync("No row was held out, so there are no figures. Mark rows with \"split\": \"val\", or set data.validation to a file.");
            return options.Conclude(parsed, "reward", outcome, folder, new { objectives = reports, outcome.Steps, seconds = outcome.Elapsed.TotalSeconds, run = folder });
        });
        return command;
    }
}
