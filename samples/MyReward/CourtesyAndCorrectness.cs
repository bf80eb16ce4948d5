using Plumbline.Rewards;

namespace MyReward;

/// <summary>A reward of your own on two objectives: how courteous an answer sounds, and whether it holds the reference answer of its row.</summary>
/// <remarks>
/// dotnet build samples/MyReward -c Release
/// plumbline grpo ... --set rewards.0.type=assembly --set rewards.0.path=artifacts/bin/MyReward/release/MyReward.dll
/// </remarks>
public sealed class CourtesyAndCorrectness : IReward
{
    private static readonly string[] Courteous = ["please", "thank you"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Objectives { get; } = ["courtesy", "correct"];

    /// <inheritdoc/>
    public Task<IReadOnlyList<double?[]>> ScoreAsync(IReadOnlyList<RewardInput> rows, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<double?[]>>([.. rows.Select(row => new double?[] { Courtesy(row.Completion), Correct(row) })]);

    private static double Courtesy(string completion) =>
        (double)Courteous.Count(word => completion.Contains(word, StringComparison.OrdinalIgnoreCase)) / Courteous.Length;

    // Rows such as {"prompt": "6 x 7?", "answer": "42"} bring their further fields along; where there is no answer, the objective does not apply.
    private static double? Correct(RewardInput row) =>
        !row.Columns.TryGetValue("answer", out var answer) ? null
        : row.Completion.Contains(answer.ToString(), StringComparison.Ordinal) ? 1 : 0;
}
