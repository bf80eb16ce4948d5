using Plumbline.Rewards;
using Plumbline.Training.Remote;

namespace Plumbline.Training.Rewards.Remote;

/// <summary>Scores rows in parts, some side by side; a part that fails leaves its rows without scores and is counted, and only where all fail there is no result.</summary>
internal static class PartialScoring
{
    /// <summary>Scores a part, telling what of it failed.</summary>
    /// <exception cref="RemoteException">It failed for good.</exception>
    public delegate Task<RewardTable> Part(RewardInput[] rows, CancellationToken cancellationToken);

    /// <summary>Scores all rows.</summary>
    /// <param name="objectives">The columns.</param>
    /// <param name="rows">In any number.</param>
    /// <param name="size">Rows of a part.</param>
    /// <param name="concurrency">Parts asked side by side.</param>
    /// <param name="score">Called from several threads.</param>
    /// <param name="cancellationToken">Handed on.</param>
    /// <exception cref="RewardException">Every part failed; the message is the last one's.</exception>
    public static async Task<RewardTable> ScoreAsync(
        IReadOnlyList<string> objectives, IReadOnlyList<RewardInput> rows, int size, int concurrency, Part score, CancellationToken cancellationToken)
    {
        RewardInput[][] parts = [.. rows.Chunk(size)];
        var scored = new RewardTable[parts.Length];
        var faults = new RemoteException?[parts.Length];
        var options = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, parts.Length), options, async (i, token) =>
        {
            try
            {
                scored[i] = await score(parts[i], token).ConfigureAwait(false);
            }
            catch (RemoteException fault)
            {
                faults[i] = fault;
                scored[i] = Failed(objectives, parts[i].Length);
            }
        }).ConfigureAwait(false);
        if (parts.Length > 0 && faults.All(fault => fault is not null))
            throw new RewardException($"{faults[^1]!.Message} All {parts.Length} requests for the scores of {rows.Count} completions failed, this the last.", faults[^1]);
        return parts.Length == 0 ? Failed(objectives, 0) : RewardTable.Stack(scored);
    }

    private static RewardTable Failed(IReadOnlyList<string> objectives, int rows) =>
        new(objectives, [.. Enumerable.Range(0, rows).Select(_ => objectives.Select(_ => double.NaN).ToArray())]) { Failures = objectives.ToDictionary(name => name, _ => rows) };
}
