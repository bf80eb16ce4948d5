using System.CommandLine;
using Plumbline.Cli.Display;
using Plumbline.Training.Recipes;
using Plumbline.Training.Runs;

namespace Plumbline.Cli.Verbs;

/// <summary>What the verbs of all algorithms that learn from their own samples share: their options, and how a run is shown and ends.</summary>
internal static class OnlineVerb
{
    /// <summary>Runs a recipe, or goes on with it.</summary>
    public delegate Task<(TrainingOutcome Outcome, string Folder)> Run<T>(T recipe, bool resume, IRunObserver observer, CancellationToken cancellationToken);

    public static Command Create<T>(string name, string description, string examples, Run<T> run) where T : OnlineRecipe, new()
    {
        var model = new Option<string?>("--model") { HelpName = "MODEL", Description = "the policy: a Hugging Face model folder, or a hub name that was pulled" };
        var reward = new Option<string?>("--reward") { HelpName = "DIR", Description = "a reward model's folder (what `plumbline reward` left in OUT/final)" };
        var prompts = new Option<string?>("--prompts") { HelpName = "FILE", Description = "rows (.jsonl, .json, .csv, .parquet; a folder of them) with a `prompt`, or .txt with a prompt a line" };
        var evaluation = new Option<string?>("--eval-prompts") { HelpName = "FILE", Description = "held-out prompts, evaluated every training.eval_steps" };
        var options = new TrainingOptionsSet((model, "model"), (reward, "rewards.0.path"), (prompts, "data.prompts"), (evaluation, "data.eval_prompts"), PrecisionOptions.DTypeKey, PrecisionOptions.QuantizationKey);
        var command = new Verb(name, description, examples);
        options.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            T recipe = options.Read<T>(parsed, r => (r.Threads, r.Device));
            TrainingOutcome outcome;
            string folder;
            using (RunDisplay display = options.Display(parsed))
                (outcome, folder) = await run(recipe, options.Resume(parsed), display, cancellationToken);
            return options.Conclude(parsed, name, outcome, folder, new { outcome.Steps, seconds = outcome.Elapsed.TotalSeconds, outcome.Metrics, run = folder });
        });
        return command;
    }
}
