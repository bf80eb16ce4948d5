using Plumbline.Training.Rollouts;
using Plumbline.Training.Tests.Policies;
using TorchSharp;

namespace Plumbline.Training.Tests.Rollouts;

public sealed class OnlineBatchTests
{
    private static readonly RolloutBatch Rollouts =
        new FixedRollouts([1, TinyPolicy.Eos], [2, 3, TinyPolicy.Eos], [4, 5, 6, 7], [TinyPolicy.Eos]).Batch([new Prompt("p", [97])], 4);

    // 2 + 3 + 4 + 1 tokens; the third completion is cut off.
    [Theory, InlineData(1, false, 10), InlineData(2, false, 10), InlineData(4, true, 6), InlineData(3, true, 6)]
    public void Pack_CountsTheTokensOfTheWholeStep_HoweverItIsCut(int pieces, bool maskTruncated, int tokens)
    {
        using Tensor advantages = torch.tensor(new double[] { 1, 2, 3, 4 });
        using OnlineBatch batch = OnlineBatch.Pack(Rollouts, advantages, pieces, maskTruncated);
        Assert.Equal(4, batch.Totals.Sequences);
        Assert.Equal(tokens, batch.Totals.Tokens);
        Assert.Equal(tokens, batch.Microbatches.Sum(m => m.CountedTokens));
        Assert.Equal(4, batch.Microbatches.Sum(m => m.Rows.Ids.shape[0]));
    }

    // Sorted by length the rows are 3, 0, 1, 2 in two pieces or more; their first tokens come back in the order they came in.
    [Theory, InlineData(1), InlineData(2), InlineData(4)]
    public void PerRow_ComesBackInTheOrderOfTheRollouts(int pieces)
    {
        using var scope = torch.NewDisposeScope();
        using OnlineBatch batch = OnlineBatch.Pack(Rollouts, torch.tensor(new double[] { 1, 2, 3, 4 }), pieces, maskTruncated: false);
        Tensor first = batch.PerRow(rows => rows.Ids.select(1, 1));
        Assert.Equal([1L, 2, 4, TinyPolicy.Eos], first.data<long>().ToArray());
    }

    [Fact]
    public void Pack_InOrder_CutsTheRowsAsTheyCame()
    {
        using var scope = torch.NewDisposeScope();
        using OnlineBatch batch = OnlineBatch.Pack(Rollouts, torch.tensor(new double[] { 1, 2, 3, 4 }), 2, maskTruncated: false, inOrder: true);
        Assert.Equal([1L, 2, 4, TinyPolicy.Eos], batch.Microbatches.SelectMany(m => m.Rows.Ids.select(1, 1).data<long>().ToArray()));
    }

    [Fact]
    public void Lengths_TellEndedFromCutOff()
    {
        Dictionary<string, double> lengths = Rollouts.Lengths().ToDictionary();
        Assert.Equal(2.5, lengths["completions/mean_length"]);
        Assert.Equal(0.25, lengths["completions/clipped_ratio"]);
        Assert.Equal(2.0, lengths["completions/mean_terminated_length"]);
        Assert.Equal(4.0, lengths["completions/max_length"]);
        Assert.Equal(3.0, lengths["completions/max_terminated_length"]);
        Assert.Equal(14, Rollouts.TokenCount());
    }
}
