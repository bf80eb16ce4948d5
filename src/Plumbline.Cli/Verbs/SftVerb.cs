using System.CommandLine;
using Plumbline.Cli.Display;
using Plumbline.Training.Recipes;
using Plumbline.Training.Runs;
using Plumbline.Training.Sft;

namespace Plumbline.Cli.Verbs;

internal static class SftVerb
{
    public static Command Create()
    {
        var model = new Option<string?>("--model") { HelpName = "MODEL", Description = "a Hugging Face model folder, or a hub name that was pulled; without it, --set scratch={} begins from nothing" };
        var data = new Option<string?>("--data") { HelpName = "FILE", Description = "rows (.jsonl, .json, .csv, .parquet; prompt+completion, text, messages, instruction+output) or plain text" };
        var options = new TrainingOptionsSet((model, "model"), (data, "data.train"), PrecisionOptions.DTypeKey, PrecisionOptions.QuantizationKey);
        var command = new Verb("sft", "Supervised fine-tuning: teach a model to continue texts as given.",
            """
            plumbline sft --model MODEL --data texts.txt --out runs/sft --max-steps 200
            plumbline sft --model MODEL --data pairs.jsonl --out runs/lora --set adapter={}
            plumbline sft recipes/sft.yaml --set model=MODEL --set data.train=pairs.jsonl
            plumbline sft --data texts.txt --set scratch={} --out runs/fresh
            plumbline sft --resume --out runs/sft

            --set adapter={} trains a LoRA adapter instead of all weights; scratch={} makes a
            small model with a tokenizer of its own; data.validation_fraction=0.05 holds out
            rows and reports their loss. Every key with its default stands in
            recipes/sft.yaml, and in recipe.yaml of a run's folder.
            """);
        options.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            SftRecipe recipe = options.Read<SftRecipe>(parsed, r => (r.Threads, r.Device));
            TrainingOutcome outcome;
            string folder;
            using (RunDisplay display = options.Display(parsed))
                (outcome, folder) = await SftRun.RunAsync(recipe, options.Resume(parsed), display, cancellationToken);
            return options.Conclude(parsed, "sft", outcome, folder, new { outcome.Steps, seconds = outcome.Elapsed.TotalSeconds, outcome.Metrics, run = folder });
        });
        return command;
    }
}
