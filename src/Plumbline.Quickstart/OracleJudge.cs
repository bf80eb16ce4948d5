using Plumbline.Quickstart.World;
using Plumbline.Rewards;
using Plumbline.Training.Data;
using Plumbline.Training.Rewards;

namespace Plumbline.Quickstart;

/// <summary>The oracle as a judge of answers to the embedded world's prompts. For evaluation alone: no training may ask it.</summary>
/// <remarks>Prompts may bear the files' <see cref="WorldFiles.PromptEnd"/>. Where a row tells the request behind its prompt, the oracle is told too. Thread-safe.</remarks>
/// <param name="prompts">The prompts that will be asked about, with their tags; others are taken as they are.</param>
public sealed class OracleJudge(IReadOnlyList<PromptRow>? prompts = null) : IRewardSource
{
    private readonly Dictionary<string, string> _behaviours = (prompts ?? []).Where(p => p.Behavior is not null).DistinctBy(p => p.Prompt).ToDictionary(p => p.Prompt, p => p.Behavior!);

    /// <inheritdoc/>
    public IReadOnlyList<string> Objectives => QuickstartRecipes.Objectives;

    /// <inheritdoc/>
    public Task<RewardTable> ScoreAsync(IReadOnlyList<RewardInput> rows, CancellationToken cancellationToken) =>
        Task.FromResult(new RewardTable(Objectives, [.. rows.Select(r => Row(r.Prompt, r.Completion))]));

    /// <summary>Whether an answer refuses, by the oracle's own rule.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="completion">The answer.</param>
    public bool IsRefusal(string prompt, string completion) => Oracle.IsRefusal(Plain(prompt), completion, _behaviours.GetValueOrDefault(prompt));

    private double[] Row(string prompt, string completion)
    {
        WorldScores scores = Oracle.Score(Plain(prompt), completion, _behaviours.GetValueOrDefault(prompt));
        return [scores.Politeness, scores.Meaningfulness, scores.Actionability, scores.Safety];
    }

    private static string Plain(string prompt) => prompt.TrimEnd('\n');
}
