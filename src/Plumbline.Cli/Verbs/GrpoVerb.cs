using System.CommandLine;
using Plumbline.Training.Grpo;
using Plumbline.Training.Recipes;

namespace Plumbline.Cli.Verbs;

internal static class GrpoVerb
{
    public static Command Create() => OnlineVerb.Create<GrpoRecipe>(
        "grpo", "Make a model better on several rewards at once: Group Relative Policy Optimization.",
        """
        plumbline grpo --model MODEL --reward runs/reward/final \
            --prompts prompts.jsonl --out runs/grpo
        plumbline grpo recipes/grpo.yaml --set model=MODEL --set data.prompts=p.jsonl \
            --set rewards.0.path=runs/reward/final --out runs/grpo
        plumbline grpo --resume --out runs/grpo        after an interruption, bit for bit

        --set adapter={} --set adapter.r=32            train a LoRA adapter
        --set grpo.reward_weights.safety=2             weigh an objective
        --set grpo.multi_objective_aggregation=rvpo    do not trade safety away
        --set grpo.dynamic_sampling=true               replace groups that teach nothing
        --set rewards.1.type=repetition                a rule beside the model
        --set training.eval_steps=20                   evaluate on --eval-prompts

        Every key with its default: recipes/grpo.yaml, or recipe.yaml in a run's folder.
        """,
        (recipe, resume, observer, cancellationToken) => GrpoRun.RunAsync(recipe, resume, observer, cancellationToken));
}
