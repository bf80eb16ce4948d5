using Plumbline.Engine.Generation;
using Plumbline.Rewards;
using Plumbline.Training.Dpo;
using Plumbline.Training.Rewards;
using Plumbline.Training.Rollouts;

namespace Plumbline.Training.Tests.Dpo;

/// <summary>Completions are read as "kindness safety": two digits, of which '?' is one that does not apply.</summary>
public sealed class PairSamplerTests
{
    private static readonly Prompt[] Prompts = [.. new[] { "p", "q", "r" }.Select(text => new Prompt(text, [1]))];

    // Sums k + 2s. p: 21 -> 4, 03 -> 6, 90 -> 9, 11 -> 3: best 90, worst 11. q: all 4: no pair. r: ?4 -> 8, ?? left aside, 05 -> 10, 00 -> 0: 10 against 0.
    [Fact]
    public async Task Sample_SetsTheBestAgainstTheWorstByWeightedSum()
    {
        PairSample sample = await Sampler(["21", "03", "90", "11", "40", "02", "21", "02", "?4", "??", "05", "00"]).SampleAsync(Prompts, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal([("p", "90", "11", 6.0), ("r", "05", "00", 10.0)], sample.Pairs.Select(p => (p.Prompt, p.Chosen, p.Rejected, p.Margin)));
        Assert.Equal((1, 0, 24), (sample.TooClose, sample.Unscored, sample.GeneratedTokens));
        Assert.Equal((9.0, 0.0), (sample.Pairs[0].ChosenScores["kindness"], sample.Pairs[0].ChosenScores["safety"]));
        Assert.Equal(1.0, sample.Pairs[0].RejectedScores["safety"]);
        Assert.Equal(10.0, sample.Pairs[1].ToRow().Margin);
    }

    // Margins 6, 0 and 10 again, of which 7 leaves the last.
    [Fact]
    public async Task Sample_MinMargin_LeavesOutPairsThatAreCloser()
    {
        PairSample sample = await Sampler(["21", "03", "90", "11", "40", "02", "21", "02", "?4", "??", "05", "00"], minMargin: 7).SampleAsync(Prompts, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("r", Assert.Single(sample.Pairs).Prompt);
        Assert.Equal(2, sample.TooClose);
    }

    [Fact]
    public async Task Sample_FewerThanTwoScored_IsCountedApart()
    {
        PairSample sample = await Sampler(["??", "??", "??", "11"]).SampleAsync(Prompts[..1], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Empty(sample.Pairs);
        Assert.Equal((0, 1), (sample.TooClose, sample.Unscored));
    }

    [Fact]
    public async Task Sample_InBatches_GivesTheSamePairsAndTellsItsProgress()
    {
        string[] texts = ["21", "03", "90", "11", "40", "02", "21", "02", "?4", "??", "05", "00"];
        var told = new List<int>();
        PairSample whole = await Sampler(texts).SampleAsync(Prompts, cancellationToken: TestContext.Current.CancellationToken);
        PairSample cut = await Sampler(texts, batch: 2).SampleAsync(Prompts, told.Add, TestContext.Current.CancellationToken);
        Assert.Equal(whole.Pairs.Select(p => (p.Chosen, p.Rejected)), cut.Pairs.Select(p => (p.Chosen, p.Rejected)));
        Assert.Equal([2, 3], told);
    }

    // A tick is over before the first batch of one prompt is: its pair is kept, and no second batch is begun.
    [Fact]
    public async Task Sample_OutOfTime_KeepsWhatIsSampledAndBeginsNoFurtherBatch()
    {
        var told = new List<int>();
        PairSample sample = await Sampler(["21", "03", "90", "11", "40", "02", "21", "02", "?4", "??", "05", "00"], batch: 1, limit: TimeSpan.FromTicks(1))
            .SampleAsync(Prompts, told.Add, TestContext.Current.CancellationToken);
        Assert.Equal("p", Assert.Single(sample.Pairs).Prompt);
        Assert.Equal([1], told);
    }

    [Fact]
    public async Task Sample_UnsoundOptions_AreRefused()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => new PairSampler(new Fixed([]), new Digits(), [1], new PairSamplerOptions()).SampleAsync(Prompts, cancellationToken: TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ArgumentException>(() => new PairSampler(new Fixed([]), new Digits(), [1, 1], new PairSamplerOptions { NumGenerations = 1 }).SampleAsync(Prompts, cancellationToken: TestContext.Current.CancellationToken));
    }

    private static PairSampler Sampler(string[] texts, double minMargin = 0, int batch = 16, TimeSpan limit = default) =>
        new(new Fixed(texts), new Digits(), [1, 2], new PairSamplerOptions { NumGenerations = 4, MinMargin = minMargin, PromptsPerBatch = batch, TimeLimit = limit });

    private sealed class Fixed(string[] texts) : IRolloutSource
    {
        public Task<RolloutBatch> SampleAsync(PromptBatch prompts, int generations, int policyVersion, Action<int, Completion>? onFinished, CancellationToken cancellationToken) => Task.FromResult(new RolloutBatch(
            [.. prompts.Prompts.SelectMany(p => Enumerable.Repeat(p, generations))],
            [.. texts.Skip((int)prompts.FirstIndex * generations).Take(prompts.Prompts.Count * generations).Select(t => new Completion([1, 2], [0, 0], FinishReason.Eos, t))],
            policyVersion));
    }

    private sealed class Digits : IRewardSource
    {
        public IReadOnlyList<string> Objectives => ["kindness", "safety"];

        public Task<RewardTable> ScoreAsync(IReadOnlyList<RewardInput> rows, CancellationToken cancellationToken) => Task.FromResult(new RewardTable(
            Objectives, [.. rows.Select(r => r.Completion.Select(c => c == '?' ? double.NaN : c - '0').ToArray())]));
    }
}
