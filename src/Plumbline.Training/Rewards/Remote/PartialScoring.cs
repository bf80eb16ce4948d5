using Plumbline.Rewards;
using Plumbline.Training.Remote;

namespace Plumbline.Training.Rewards.Remote;

/// <summary>Scores rows in parts, some side by side; a part that fails leaves its rows without scores and is counted, and only where all fail there is no result.</summary>
internal static class PartialScoring
{
    /// <summary>Scores a part: a row of scores for each of its rows.</summary>
    /// <exception cref="RemoteException">It failed for good.</exception>
    public delegate Task<double[][]> Part(RewardInput[] rows, CancellationToken cancellationToken);

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
        var scored = new double[parts.Length][][];
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
                scored[i] = [.. parts[i].Select(_ => objectives.Select(_ => double.NaN).ToArray())];
            }
        }).ConfigureAwait(false);
        if (parts.Length > 0 && faults.All(fault => fault is not null))
            throw new RewardException($"{faults[^1]!.Message} All {parts.Length} requests for the scores of {rows.Count} completions failed, this the last.", faults[^1]);
        int failed = parts.Where((_, i) => faults[i] is not null).Sum(part => part.Length);
        return new RewardTable(objectives, [.. scored.SelectMany(part => part)]) { Failures = objectives.ToDictionary(name => name, _ => failed) };
    }
}
