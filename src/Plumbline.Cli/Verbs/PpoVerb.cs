using System.CommandLine;
using Plumbline.Cli.Display;
using Plumbline.Training.Ppo;
using Plumbline.Training.Recipes;
using Plumbline.Training.Runs;

namespace Plumbline.Cli.Verbs;

internal static class PpoVerb
{
    public static Command Create()
    {
        var model = new Option<string?>("--model") { HelpName = "DIR", Description = "the policy: a Hugging Face model folder" };
        var reward = new Option<string?>("--reward") { HelpName = "DIR", Description = "a reward model's folder (what `plumbline reward` left in OUT/final)" };
        var prompts = new Option<string?>("--prompts") { HelpName = "FILE", Description = "JSONL with a `prompt` a row, or .txt with a prompt a line" };
        var evaluation = new Option<string?>("--eval-prompts") { HelpName = "FILE", Description = "held-out prompts, evaluated every training.eval_steps" };
        var options = new TrainingOptionsSet((model, "model"), (reward, "rewards.0.path"), (prompts, "data.prompts"), (evaluation, "data.eval_prompts"));
        var command = new Verb("ppo", "Make a model better on a weighted sum of rewards, with a critic: PPO-RLHF.",
            """
            plumbline ppo --model MODEL --reward runs/reward/final \
                --prompts prompts.jsonl --out runs/ppo
            plumbline ppo recipes/ppo.yaml --set model=MODEL --set data.prompts=p.jsonl \
                --set rewards.0.path=runs/reward/final --out runs/ppo
            plumbline ppo --resume --out runs/ppo          after an interruption, bit for bit

            --set adapter={} --set adapter.r=32            LoRA: one base plays all roles
            --set ppo.kl_target=6                          steer kl_coef to a divergence
            --set ppo.missing_eos_penalty=1                make completions end
            --set ppo.reward_weights.safety=2              weigh an objective

            Every key with its default: recipes/ppo.yaml, or recipe.yaml in a run's folder.
            """);
        options.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            PpoRecipe recipe = options.Read<PpoRecipe>(parsed, r => (r.Threads, r.Device));
            TrainingOutcome outcome;
            string folder;
            using (RunDisplay display = options.Display(parsed))
                (outcome, folder) = await PpoRun.RunAsync(recipe, options.Resume(parsed), display, cancellationToken);
            return options.Conclude(parsed, "ppo", outcome, folder, new { outcome.Steps, seconds = outcome.Elapsed.TotalSeconds, outcome.Metrics, run = folder });
        });
        return command;
    }
}
