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
        var model = new Option<string?>("--model") { Description = "the policy: a Hugging Face model folder" };
        var reward = new Option<string?>("--reward") { Description = "a reward model's folder (what `plumbline reward` left in OUT/final)" };
        var prompts = new Option<string?>("--prompts") { Description = "JSONL with a `prompt` a row, or text with a prompt a line" };
        var evaluation = new Option<string?>("--eval-prompts") { Description = "held-out prompts, evaluated every training.eval_steps" };
        var options = new TrainingOptionsSet((model, "model"), (reward, "rewards.0.path"), (prompts, "data.prompts"), (evaluation, "data.eval_prompts"));
        var command = new Command("grpo",
            """
            Make a model better on several rewards at once: Group Relative Policy Optimization.

              plumbline grpo --model MODEL --reward REWARD/final --prompts prompts.jsonl --out runs/grpo
              plumbline grpo recipes/grpo.yaml --set model=MODEL --set data.prompts=p.jsonl --set rewards.0.path=R --out runs/grpo
              plumbline grpo ... --set adapter={} --set adapter.r=32              train a LoRA adapter
              plumbline grpo ... --set grpo.reward_weights.safety=2               weigh an objective
              plumbline grpo ... --set rewards.1.type=repetition                  a rule beside the model
              plumbline grpo --resume --out runs/grpo                             go on after an interruption, bit for bit

            Every key with its default: recipes/grpo.yaml, or recipe.yaml in the run's folder.
            """);
        options.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            GrpoRecipe recipe = options.Read<GrpoRecipe>(parsed, r => r.Threads);
            TrainingOutcome outcome;
            string folder;
            using (RunDisplay display = options.Display(parsed))
                (outcome, folder) = await GrpoRun.RunAsync(recipe, options.Resume(parsed), display, cancellationToken);
            return options.Conclude(parsed, "grpo", outcome, folder, new { outcome.Steps, seconds = outcome.Elapsed.TotalSeconds, outcome.Metrics, run = folder });
        });
        return command;
    }
}
