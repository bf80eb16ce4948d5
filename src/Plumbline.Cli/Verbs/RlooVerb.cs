using System.CommandLine;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rloo;

namespace Plumbline.Cli.Verbs;

internal static class RlooVerb
{
    public static Command Create() => OnlineVerb.Create<RlooRecipe>(
        "rloo", "Make a model better on a weighted sum of rewards, without a critic: REINFORCE leave-one-out.",
        """
        plumbline rloo --model MODEL --reward runs/reward/final \
            --prompts prompts.jsonl --out runs/rloo
        plumbline rloo recipes/rloo.yaml --set model=MODEL --set data.prompts=p.jsonl \
            --set rewards.0.path=runs/reward/final --out runs/rloo
        plumbline rloo --resume --out runs/rloo        after an interruption, bit for bit

        --set adapter={} --set adapter.r=32            train a LoRA adapter
        --set rloo.num_generations=2                   the fewest that can be compared
        --set rloo.normalize_advantages=true           the same step size for any rewards

        Every key with its default: recipes/rloo.yaml, or recipe.yaml in a run's folder.
        """,
        (recipe, resume, observer, cancellationToken) => RlooRun.RunAsync(recipe, resume, observer, cancellationToken));
}
