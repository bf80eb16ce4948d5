using Plumbline.Engine.Segments;
using Plumbline.Models.Decoder;
using Plumbline.TestKit;
using TorchSharp;

namespace Plumbline.Engine.Tests.Segments;

/// <summary>What stands between a forward pass and its way back: changed weights, other adapters, dropout, memory.</summary>
[Collection(AloneCollection.Name)]
public sealed class SegmentedTrunkTests
{
    private static readonly int[] Prompt = [1, 2, 3];
    private static readonly int[][] Completions = [[7, 8], [9, 10, 11, 12], [5]];
    private static readonly ActivationOptions Recompute = new(ActivationMode.Recompute);

    [Fact]
    public void LogProbs_OfSharedPrompts_AreThoseOfSeparateRows()
    {
        using var scope = torch.NewDisposeScope();
        using DecoderModel model = DecoderModel.Create(TrainedModel.Config(slides: true), seed: 7);
        int[] other = [4];
        using TokenRows rows = TokenRows.Pack([other, Prompt, Prompt, Prompt, other], [.. Completions, [], [30, 31]]);
        Assert.NotNull(rows.Shared);
        using TokenLogProbs together = TokenLogProbs.Forward(model, rows), apart = TokenLogProbs.Forward(model, rows, activations: new ActivationOptions(ActivationMode.Plain));
        Assert.InRange((together.LogProbs - apart.LogProbs).abs().max().ToDouble(), 0, 1e-5);
        Assert.True(apart.LogProbs.abs().max().ToDouble() > 1);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Backward_AfterAnUpdateOfTheWeights_IsRefusedWhereItWouldBeSilentlyWrong(bool lora)
    {
        using var scope = torch.NewDisposeScope();
        using var trained = new TrainedModel(TrainedModel.Config(), lora);
        using TokenRows rows = Rows();
        KeyValuePair<string, Tensor> changed = trained.Parameters.First(p => p.Key.Contains("layers.0.mlp.up_proj"));
        void Update()
        {
            using var noGradient = torch.no_grad();
            changed.Value.add_(0.01);
        }
        Assert.Contains("weights were changed", Assert.Throws<InvalidOperationException>(() => trained.Gradients(rows, Recompute, Update)).Message);
        trained.Gradients(rows, Recompute);
    }

    [Fact]
    public void Backward_ThroughAKeptGraph_AfterAStepOfTheAdapter_IsRefused()
    {
        using var scope = torch.NewDisposeScope();
        using var trained = new TrainedModel(TrainedModel.Config(), lora: true);
        using TokenRows rows = Rows();
        void Update()
        {
            using var noGradient = torch.no_grad();
            foreach (KeyValuePair<string, Tensor> parameter in trained.Parameters)
                parameter.Value.add_(0.01);
        }
        Assert.Contains("weights were changed", Assert.Throws<InvalidOperationException>(() => trained.Gradients(rows, new ActivationOptions(), Update)).Message);
        trained.Gradients(rows, new ActivationOptions());
    }

    [Fact]
    public void Backward_AfterAnUpdateOfTheHead_IsRefused()
    {
        using var scope = torch.NewDisposeScope();
        using var trained = new TrainedModel(TrainedModel.Config(tied: false), lora: false);
        using TokenRows rows = Rows();
        void Update()
        {
            using var noGradient = torch.no_grad();
            trained.Model.Head.add_(0.01);
        }
        Assert.Contains("weights were changed", Assert.Throws<InvalidOperationException>(() => trained.Gradients(rows, new ActivationOptions(), Update)).Message);
    }

    // As a critic's pass goes back while the policy's adapter is active again.
    [Fact]
    public void Recompute_UnderAnotherAdapter_UsesTheOneOfTheForwardPassAndLeavesTheOther()
    {
        using var scope = torch.NewDisposeScope();
        using var trained = new TrainedModel(TrainedModel.Config(), lora: true);
        using TokenRows rows = Rows();
        Dictionary<string, Tensor> expected = trained.Gradients(rows, new ActivationOptions());
        Dictionary<string, Tensor> actual = trained.Gradients(rows, Recompute, between: () => trained.Model.Activate(null));
        Assert.InRange(TrainedModel.RelativeError(actual, expected), 0, 1e-6);
        Assert.Null(trained.Model.ActiveAdapter);
    }

    [Fact]
    public void Recompute_WithDropout_DrawsTheSameNumbersAgainAndThoseThatFollowAsBefore()
    {
        using var scope = torch.NewDisposeScope();
        using var trained = new TrainedModel(TrainedModel.Config(), lora: true, dropout: 0.4);
        using TokenRows rows = Rows();
        (Dictionary<string, Tensor> Gradients, float Next) Run(ActivationOptions activations, long seed)
        {
            torch.manual_seed(seed);
            return (trained.Gradients(rows, activations), torch.rand(1).ToSingle());
        }
        var kept = Run(new ActivationOptions(), 5);
        var again = Run(Recompute, 5);
        Assert.InRange(TrainedModel.RelativeError(again.Gradients, kept.Gradients), 0, 1e-6);
        Assert.Equal(kept.Next, again.Next);
        Assert.True(TrainedModel.RelativeError(Run(Recompute, 6).Gradients, kept.Gradients) > 0.01, "another seed must drop others");
    }

    [Fact]
    public void Backward_Twice_IsAnError()
    {
        using var scope = torch.NewDisposeScope();
        using var trained = new TrainedModel(TrainedModel.Config(), lora: false);
        using TokenRows rows = Rows();
        using TokenLogProbs forward = TokenLogProbs.Forward(trained.Model, rows, training: true);
        forward.Backward(torch.ones_like(forward.LogProbs));
        Assert.ThrowsAny<Exception>(() => forward.Backward(torch.ones_like(forward.LogProbs)));
    }

    [Theory, InlineData(ActivationMode.Keep), InlineData(ActivationMode.Recompute)]
    public void Pass_DisposedOf_LeavesNoTensorBehind(ActivationMode mode)
    {
        using var scope = torch.NewDisposeScope();
        using var trained = new TrainedModel(TrainedModel.Config(slides: true), lora: true, dropout: 0.1);
        void Pass()
        {
            using var inner = torch.NewDisposeScope();
            using TokenRows rows = Rows();
            using TokenLogProbs forward = TokenLogProbs.Forward(trained.Model, rows, training: true, activations: new ActivationOptions(mode));
            forward.Backward(torch.ones_like(forward.LogProbs));
            using TokenLogProbs unused = TokenLogProbs.Forward(trained.Model, rows, training: true, activations: new ActivationOptions(mode));
        }
        Pass();
        // What earlier tests dropped goes first.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = Tensor.TotalCount;
        Pass();
        Assert.Equal(before, Tensor.TotalCount);
    }

    // Per token-layer at most 6·16 + 3·16 + 2·8 + 2·16 + 4·32 = 320 numbers, 16 of them the input, which is kept of both layers in any case.
    // 100 tokens of 4 bytes: inputs 12,800, one layer 121,600 more, two 243,200 more.
    [Theory]
    [InlineData(0, 2), InlineData(1, 0), InlineData(134_399, 0), InlineData(134_400, 1), InlineData(255_999, 1), InlineData(256_000, 2), InlineData(1L << 40, 2)]
    public void LayersKept_UnderABudget_AreThoseThatFit(long budget, int layers)
    {
        Assert.Equal(layers, new ActivationOptions(BudgetBytes: budget).LayersKept(TinyModels.Config(), tokens: 100, elementBytes: 4));
        Assert.Equal(0, new ActivationOptions(ActivationMode.Recompute, budget).LayersKept(TinyModels.Config(), tokens: 100, elementBytes: 4));
    }

    private static TokenRows Rows() => TokenRows.Pack([Prompt, Prompt, Prompt], Completions);
}
