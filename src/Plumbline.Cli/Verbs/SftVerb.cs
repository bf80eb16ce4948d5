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
        var model = new Option<string?>("--model") { Description = "a Hugging Face model folder; without it, set scratch={} to begin from nothing" };
        var data = new Option<string?>("--data") { Description = "JSONL (prompt+completion, text, messages, instruction+output) or plain text" };
        var options = new TrainingOptionsSet((model, "model"), (data, "data.train"));
        var command = new Command("sft",
            """
            Supervised fine-tuning: teach a model to continue texts as given.

              plumbline sft --model MODEL --data texts.txt --out runs/sft --max-steps 200
              plumbline sft recipes/sft.yaml --set model=MODEL --set data.train=pairs.jsonl --out runs/sft
              plumbline sft ... --set adapter={}                      a LoRA adapter instead of all weights
              plumbline sft ... --set data.validation_fraction=0.05   hold out rows and report their loss
              plumbline sft --resume --out runs/sft                   go on after an interruption
            """);
        options.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            SftRecipe recipe = options.Read<SftRecipe>(parsed, r => r.Threads);
            TrainingOutcome outcome;
            string folder;
            using (RunDisplay display = options.Display(parsed))
                (outcome, folder) = await SftRun.RunAsync(recipe, options.Resume(parsed), display, cancellationToken);
            return options.Conclude(parsed, "sft", outcome, folder, new { outcome.Steps, seconds = outcome.Elapsed.TotalSeconds, outcome.Metrics, run = folder });
        });
        return command;
    }
}
