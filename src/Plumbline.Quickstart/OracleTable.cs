using Plumbline.Quickstart.World;
using Plumbline.Rewards;
using Plumbline.Training.Rewards;

namespace Plumbline.Quickstart;

/// <summary>The oracle's scores as a table, under names that tell them from a reward model's.</summary>
public static class OracleTable
{
    /// <summary>Scores (prompt, completion) pairs; the prompts may bear the files' <see cref="WorldFiles.PromptEnd"/>.</summary>
    public static RewardTable Of(IReadOnlyList<RewardInput> rows) => new(
        [.. QuickstartRecipes.Objectives.Select(o => $"oracle_{o}")],
        [.. rows.Select(r => Row(Oracle.Score(r.Prompt.TrimEnd('\n'), r.Completion)))]);

    private static double[] Row(WorldScores scores) => [scores.Politeness, scores.Meaningfulness, scores.Actionability, scores.Safety];
}
