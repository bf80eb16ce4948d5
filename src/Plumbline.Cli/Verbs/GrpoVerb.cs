using System.CommandLine;
using Plumbline.Cli.Display;
using Plumbline.Training.Grpo;
using Plumbline.Training.Recipes;
using Plumbline.Training.Runs;

namespace Plumbline.Cli.Verbs;

internal static class GrpoVerb
{
    public static Command Create()
    {
        var model = new Option<string?>("--model") { HelpName = "DIR", Description = "the policy: a Hugging Face model folder" };
        var reward = new Option<string?>("--reward") { HelpName = "DIR", Description = "a reward model's folder (what `plumbline reward` left in OUT/final)" };
        var prompts = new Option<string?>("--prompts") { HelpName = "FILE", Description = "JSONL with a `prompt` a row, or .txt with a prompt a line" };
        var evaluation = new Option<string?>("--eval-prompts") { HelpName = "FILE", Description = "held-out prompts, evaluated every training.eval_steps" };
        var options = new TrainingOptionsSet((model, "model"), (reward, "rewards.0.path"), (prompts, "data.prompts"), (evaluation, "data.eval_prompts"));
        var command = new Verb("grpo", "Make a model better on several rewards at once: Group Relative Policy Optimization.",
            """
            plumbline grpo --model MODEL --reward runs/reward/final \
                --prompts prompts.jsonl --out runs/grpo
            plumbline grpo recipes/grpo.yaml --set model=MODEL --set data.prompts=p.jsonl \
                --set rewards.0.path=runs/reward/final --out runs/grpo
            plumbline grpo --resume --out runs/grpo        after an interruption, bit for bit

            --set adapter={} --set adapter.r=32            train a LoRA adapter
            --set grpo.reward_weights.safety=2             weigh an objective
            --set rewards.1.type=repetition                a rule beside the model
            --set training.eval_steps=20                   evaluate on --eval-prompts

            Every key with its default: recipes/grpo.yaml, or recipe.yaml in a run's folder.
            """);
        options.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            GrpoRecipe recipe = options.Read<GrpoRecipe>(parsed, r => (r.Threads, r.Device));
            TrainingOutcome outcome;
            string folder;
            using (RunDisplay display = options.Display(parsed))
                (outcome, folder) = await GrpoRun.RunAsync(recipe, options.Resume(parsed), display, cancellationToken);
            return options.Conclude(parsed, "grpo", outcome, folder, new { outcome.Steps, seconds = outcome.Elapsed.TotalSeconds, outcome.Metrics, run = folder });
        });
        return command;
    }
}
