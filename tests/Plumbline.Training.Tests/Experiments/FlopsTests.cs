using Plumbline.Models.Checkpoints;
using Plumbline.Training.Experiments;

namespace Plumbline.Training.Tests.Experiments;

public sealed class FlopsTests
{
    private static readonly ModelFlops Tiny = new(new ModelConfig
    {
        ModelType = "qwen2",
        Architecture = "Qwen2ForCausalLM",
        VocabSize = 10,
        HiddenSize = 4,
        IntermediateSize = 6,
        NumHiddenLayers = 1,
        NumAttentionHeads = 2,
        NumKeyValueHeads = 1,
        HeadDim = 2,
    });

    // Queries and output 4 × 4 each, keys and values 4 × 2 each: 48; gate, up and down 4 × 6 each: 72. Two flops a weight: 240.
    // Attention over 3 tokens: scores and sums, 2 · 2 · 4 · 3 = 48. Logits 2 · 4 · 10 = 80.
    [Fact]
    public void ModelFlops_OfATinyShape_AreThoseCountedByHand() => Assert.Equal((120.0, 288.0, 80.0), (Tiny.LinearWeights, Tiny.Trunk(3), Tiny.Head));

    // Two completions of one prompt of 2 tokens, 4 tokens each: 12 in all, 8 of them completion; rows of 6, mean context 3.
    // Sampling (2 + 8) · 288 + 8 · 80 = 3,520; reference 12 · 288 + 8 · 80 = 4,096; update 3 · (12 · 288 + 8 · 80) = 12,288.
    [Fact]
    public void Online_OneGroup_SumsSamplingReferenceAndUpdate()
    {
        var work = new ArmWork { Tokens = 12, GeneratedTokens = 8, TrainedTokens = 12, RowLength = 6, GroupSize = 2, WithReference = true };
        Assert.Equal(3520.0 + 4096 + 12288, ArmFlops.Online(Tiny, null, work), 1e-6);
        Assert.Equal(3520.0 + 4096 + 12288 * 2 / 3.0, ArmFlops.Online(Tiny, null, work with { AdapterOnly = true }), 1e-6);
    }

    // The critic reads 12 tokens and is trained on them: 12 · 288 + 3 · 12 · 288; a reward model of the same shape reads them too: 12 · 288.
    [Fact]
    public void Online_WithCriticAndRewardModel_AddsTheirPasses()
    {
        var work = new ArmWork { Tokens = 12, GeneratedTokens = 8, TrainedTokens = 12, RowLength = 6, GroupSize = 2 };
        double alone = ArmFlops.Online(Tiny, null, work);
        Assert.Equal(alone + 12 * 288 + 4 * 12 * 288, ArmFlops.Online(Tiny, Tiny, work with { WithCritic = true }), 1e-6);
    }

    // 12 trained tokens, two thirds of them completion: update 3 · (12 · 288 + 8 · 80), reference a third of that.
    [Fact]
    public void Offline_AddsTheReferenceWhereThereIsOne()
    {
        var work = new ArmWork { TrainedTokens = 12, RowLength = 6 };
        Assert.Equal(12288, ArmFlops.Offline(Tiny, work, 2 / 3.0), 1e-6);
        Assert.Equal(12288 * 4 / 3.0, ArmFlops.Offline(Tiny, work with { WithReference = true }, 2 / 3.0), 1e-6);
    }
}
