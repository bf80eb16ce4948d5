using System.CommandLine;
using Plumbline.Cli.Display;
using Plumbline.Training.Dpo;
using Plumbline.Training.Recipes;
using Plumbline.Training.Runs;

namespace Plumbline.Cli.Verbs;

internal static class DpoVerb
{
    public static Command Create()
    {
        var model = new Option<string?>("--model") { HelpName = "MODEL", Description = "the policy: a Hugging Face model folder, or a hub name that was pulled" };
        var data = new Option<string?>("--data") { HelpName = "FILE", Description = "rows (.jsonl, .json, .csv, .parquet) with prompt, chosen and rejected, perhaps split" };
        var evaluation = new Option<string?>("--eval-data") { HelpName = "FILE", Description = "held-out pairs, evaluated every training.eval_steps" };
        var options = new TrainingOptionsSet((model, "model"), (data, "data.train"), (evaluation, "data.validation"), PrecisionOptions.DTypeKey, PrecisionOptions.QuantizationKey);
        var command = new Verb("dpo", "Make a model prefer the better of two answers: Direct Preference Optimization.",
            """
            plumbline dpo --model MODEL --data pairs.jsonl --out runs/dpo
            plumbline dpo recipes/dpo.yaml --set model=MODEL --set data.train=pairs.jsonl
            plumbline dpo --resume --out runs/dpo          after an interruption, bit for bit

            A row is {"prompt": "...", "chosen": "...", "rejected": "..."}, perhaps with
            "split": "val", which holds it out. `plumbline pairs` makes such rows from the
            policy's own answers and a reward model.

            --set adapter={} --set adapter.r=32            train a LoRA adapter
            --set dpo.loss_type=[sigmoid,sft]              several losses
            --set dpo.loss_weights=[1,0.2]                 and their weights
            --set dpo.beta=0.05                            let the policy go farther
            --set training.eval_steps=20                   evaluate on held-out pairs

            Every key with its default: recipes/dpo.yaml, or recipe.yaml in a run's folder.
            """);
        options.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            DpoRecipe recipe = options.Read<DpoRecipe>(parsed, r => (r.Threads, r.Device));
            TrainingOutcome outcome;
            string folder;
            using (RunDisplay display = options.Display(parsed))
                (outcome, folder) = await DpoRun.RunAsync(recipe, options.Resume(parsed), display, cancellationToken);
            return options.Conclude(parsed, "dpo", outcome, folder, new { outcome.Steps, seconds = outcome.Elapsed.TotalSeconds, outcome.Metrics, run = folder });
        });
        return command;
    }
}
