using System.Threading.Channels;
using Plumbline.Rewards;
using Plumbline.Training.Rewards;
using Plumbline.Training.Rollouts;
using Plumbline.Training.Tests.Rollouts;

namespace Plumbline.Training.Tests.Rewards;

public sealed class OverlappedScoringTests
{
    // Three prompts of four completions: calls of 6, 3 and 3 rows.
    private const int Rows = 12;
    private static readonly Prompt[] Prompts = [.. Enumerable.Range(0, 3).Select(i => new Prompt($"p{i}", [97]))];
    private static readonly RolloutBatch Rollouts = new FixedRollouts([.. Enumerable.Range(0, Rows).Select(i => new[] { i })]).Batch(Prompts, 4);

    // No row is told beyond a call's until that call has come: were scoring to wait for the end of sampling, this would never end.
    [Fact]
    public async Task Scores_OfRowsThatEndedFirst_AreMadeWhileOthersAreSampled_AndLandInTheirPlaces()
    {
        var source = new Recording(_ => { });
        OverlappedScoring scoring = Begin(source);
        Tell(scoring, 11, 3, 8, 0, 7);
        Assert.Equal(0, source.Calls.Count);
        Tell(scoring, 4);
        Assert.Equal(["p2 c11", "p0 c3", "p2 c8", "p0 c0", "p1 c7", "p1 c4"], await source.NextCall());
        Tell(scoring, 4, 10, 1, 9); // the first of them a second time
        Assert.Equal(["p2 c10", "p0 c1", "p2 c9"], await source.NextCall());
        Tell(scoring, 6);
        RewardTable table = await scoring.CompleteAsync(Rollouts);
        Assert.Equal(["p1 c6", "p0 c2", "p1 c5"], await source.NextCall());
        Assert.Equal(Enumerable.Range(0, Rows).Select(i => (double)i), table.Column(0));
        Assert.Equal(["number"], table.Objectives);
    }

    [Fact]
    public async Task Complete_OfRowsThatWereNotToldAsTheyEnded_ScoresThemInOneCall()
    {
        var source = new Recording(_ => { });
        await Begin(source).CompleteAsync(Rollouts);
        Assert.Equal(Rows, (await source.NextCall()).Length);
        Assert.Equal(0, source.Calls.Count);
    }

    // A row alone is its own half, and two are a half each.
    [Theory, InlineData(1, new[] { 1 }), InlineData(2, new[] { 1, 1 }), InlineData(3, new[] { 2, 1 }), InlineData(5, new[] { 3, 1, 1 })]
    public async Task Complete_OfFewRows_ScoresEachOnce(int rows, int[] calls)
    {
        var source = new Recording(_ => { });
        var scoring = new OverlappedScoring(source, new PromptBatch(Prompts[..1], 0), rows, TestContext.Current.CancellationToken);
        Tell(scoring, [.. Enumerable.Range(0, rows)]);
        RewardTable table = await scoring.CompleteAsync(Rollouts.Take([.. Enumerable.Range(0, rows)]));
        var sizes = new List<int>();
        while (source.Calls.TryRead(out string[]? call))
            sizes.Add(call.Length);
        Assert.Equal(calls, sizes);
        Assert.Equal(Enumerable.Range(0, rows).Select(i => (double)i), table.Column(0));
    }

    // Three calls, as all rows are told: one failure each.
    [Fact]
    public async Task Complete_OfCallsThatFailedInPart_AddsUpTheirFailures()
    {
        OverlappedScoring scoring = Begin(new HalfFailing());
        Tell(scoring, [.. Enumerable.Range(0, Rows)]);
        Assert.Equal(new Dictionary<string, int> { ["number"] = 3 }, (await scoring.CompleteAsync(Rollouts)).Failures);
    }

    [Fact]
    public async Task Complete_AfterTheSourceFailed_TellsItsFault()
    {
        OverlappedScoring scoring = Begin(new Recording(_ => throw new InvalidOperationException("the server is gone")));
        Assert.Equal("the server is gone", (await Assert.ThrowsAsync<InvalidOperationException>(() => scoring.CompleteAsync(Rollouts))).Message);
    }

    [Fact]
    public async Task Abandon_WhileTheSourceScores_WaitsForItsCall_AndMakesNoOther()
    {
        using var gate = new ManualResetEventSlim();
        var source = new Recording(_ => gate.Wait(TestContext.Current.CancellationToken));
        OverlappedScoring scoring = Begin(source);
        Tell(scoring, [.. Enumerable.Range(0, Rows)]);
        await source.NextCall();
        Task abandoned = scoring.AbandonAsync();
        Assert.False(abandoned.IsCompleted);
        gate.Set();
        await abandoned;
        Assert.Equal(0, source.Calls.Count);
    }

    private static OverlappedScoring Begin(IRewardSource source) => new(source, new PromptBatch(Prompts, 0), 4, TestContext.Current.CancellationToken);

    private static void Tell(OverlappedScoring scoring, params int[] rows)
    {
        foreach (int row in rows)
            scoring.Add(row, Rollouts.Completions[row]);
    }

    // Scores a completion by the number in its text.
    private sealed class Recording(Action<int> onCall) : IRewardSource
    {
        private readonly Channel<string[]> _calls = Channel.CreateUnbounded<string[]>();

        public IReadOnlyList<string> Objectives => ["number"];

        /// <summary>Calls that were not yet asked for.</summary>
        public ChannelReader<string[]> Calls => _calls.Reader;

        public ValueTask<string[]> NextCall() => Calls.ReadAsync(TestContext.Current.CancellationToken);

        public Task<RewardTable> ScoreAsync(IReadOnlyList<RewardInput> rows, CancellationToken cancellationToken)
        {
            _calls.Writer.TryWrite([.. rows.Select(r => $"{r.Prompt} {r.Completion}")]);
            onCall(rows.Count);
            return Task.FromResult(new RewardTable(Objectives, [.. rows.Select(r => new[] { double.Parse(r.Completion[1..]) })]));
        }
    }
}
