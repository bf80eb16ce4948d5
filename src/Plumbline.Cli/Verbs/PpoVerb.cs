using System.CommandLine;
using Plumbline.Training.Ppo;
using Plumbline.Training.Recipes;

namespace Plumbline.Cli.Verbs;

internal static class PpoVerb
{
    public static Command Create() => OnlineVerb.Create<PpoRecipe>(
        "ppo", "Make a model better on a weighted sum of rewards, with a critic: PPO-RLHF.",
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
        """,
        (recipe, resume, observer, cancellationToken) => PpoRun.RunAsync(recipe, resume, observer, cancellationToken));
}
