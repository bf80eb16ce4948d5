using Plumbline.Engine.Segments;
using Plumbline.TestKit;
using TorchSharp;

namespace Plumbline.Engine.Tests.Segments;

/// <summary>The ways to run the layers give the gradients of one plain graph in every family.</summary>
[Collection(AloneCollection.Name)]
public sealed class FamilyGradientTests
{
    private static readonly int[] Long = [1, 2, 3, 13, 14], Short = [4, 15, 16];
    private static readonly int[][] Prompts = [Long, Short, Long, Long, Short], Completions = [[7, 8], [9, 10, 11, 12], [5, 6, 7], [20], [21, 22]];

    public static TheoryData<string, string, bool, bool> Cases()
    {
        var data = new TheoryData<string, string, bool, bool>();
        foreach (TheoryDataRow<string> family in TinyFamilies.Names())
            foreach (string way in new[] { "keep", "recompute", "window 3" })
                for (int bits = 0; bits < 4; bits++)
                    data.Add(family.Data, way, (bits & 1) > 0, (bits & 2) > 0);
        return data;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Backward_InFloat64_IsPlainAutogradTo1e10(string family, string way, bool lora, bool shared)
    {
        torch.set_default_dtype(torch.ScalarType.Float64);
        try
        {
            using var scope = torch.NewDisposeScope();
            using var trained = new TrainedModel(TinyFamilies.Config(family), lora);
            TinyFamilies.Disturb(trained.Model.NamedParameters());
            using TokenRows rows = TokenRows.Pack(shared ? Prompts : [.. Prompts.Select(p => p.ToArray())], Completions);
            Assert.Equal(shared, rows.Shared is not null);
            trained.Model.Fused = false;
            Dictionary<string, Tensor> expected = trained.Gradients(rows, new ActivationOptions(ActivationMode.Plain));
            trained.Model.Fused = true;
            Dictionary<string, Tensor> actual = trained.Gradients(rows, SegmentedGradientTests.Ways[way](0));
            Assert.InRange(TrainedModel.RelativeError(actual, expected), 0, 1e-10);
        }
        finally
        {
            torch.set_default_dtype(torch.ScalarType.Float32);
        }
    }

    [Theory, InlineData("qwen2", 0), InlineData("phi3", 0), InlineData("qwen2", 0.4)]
    public void Backward_OfRowLengths_IsPlainAutograds(string family, double dropout)
    {
        using var scope = torch.NewDisposeScope();
        using var trained = new TrainedModel(TinyFamilies.Config(family), lora: true, adapter: new() { R = 2, LoraAlpha = 4, LoraDropout = dropout, UseDora = true });
        using TokenRows rows = TokenRows.Pack([.. Prompts.Select(p => p.ToArray())], Completions);
        Dictionary<string, Tensor> Run(ActivationMode mode)
        {
            torch.manual_seed(3);
            return trained.Gradients(rows, new ActivationOptions(mode));
        }
        Dictionary<string, Tensor> expected = Run(dropout > 0 ? ActivationMode.Keep : ActivationMode.Plain);
        Assert.Contains(expected.Keys, name => name.EndsWith("lora_magnitude_vector", StringComparison.Ordinal));
        Assert.InRange(TrainedModel.RelativeError(Run(ActivationMode.Recompute), expected), 0, 1e-5);
    }

    // The fused head against log_softmax over the model's own logits.
    [Theory, MemberData(nameof(TinyFamilies.Names), MemberType = typeof(TinyFamilies))]
    public void LogProbs_AreThoseOfTheModelsLogits(string family)
    {
        using var trained = new TrainedModel(TinyFamilies.Config(family), lora: false);
        using TokenRows rows = TokenRows.Pack([Long], [[7, 8, 9]]);
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        using TokenLogProbs forward = TokenLogProbs.Forward(trained.Model, rows, temperature: 0.7);
        Tensor logProbs = torch.nn.functional.log_softmax(trained.Model.Logits(trained.Model.Hidden(rows.Ids)).squeeze(0) / 0.7, -1);
        for (int t = 0; t < 3; t++)
            Assert.Equal(logProbs[Long.Length - 1 + t, 7 + t].ToDouble(), forward.LogProbs[0, t].ToDouble(), 5e-6);
    }
}
