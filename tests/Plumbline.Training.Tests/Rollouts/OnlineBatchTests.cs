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
