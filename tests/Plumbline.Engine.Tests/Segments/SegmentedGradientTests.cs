using Plumbline.Engine.Segments;
using TorchSharp;

namespace Plumbline.Engine.Tests.Segments;

/// <summary>Every way to run the layers gives the gradients of one plain graph: whole models and adapters, grouped queries, sliding windows, tied and untied heads, shared prompts.</summary>
[Collection(AloneCollection.Name)]
public sealed class SegmentedGradientTests
{
    private static readonly int[] Long = [1, 2, 3, 13, 14], Short = [4, 15, 16];
    private static readonly int[][] Completions = [[7, 8], [9, 10, 11, 12], [5, 6, 7], [20], [21, 22]];

    // Of 2 layers: both kept, none kept, and a budget of 400 numbers a token, which is enough for one (336), not for two (640).
    public static readonly Dictionary<string, Func<long, ActivationOptions>> Ways = new()
    {
        ["keep"] = _ => new ActivationOptions(),
        ["recompute"] = _ => new ActivationOptions(ActivationMode.Recompute),
        ["window 1"] = _ => new ActivationOptions(ActivationMode.Recompute, Window: 1),
        ["window 3"] = _ => new ActivationOptions(ActivationMode.Recompute, Window: 3),
        ["window 64"] = _ => new ActivationOptions(ActivationMode.Recompute, Window: 64),
        ["budget"] = bytes => new ActivationOptions(BudgetBytes: 400 * bytes),
    };

    public static TheoryData<string, bool, bool, bool, bool> Cases()
    {
        var data = new TheoryData<string, bool, bool, bool, bool>();
        foreach (string way in Ways.Keys)
            for (int bits = 0; bits < 16; bits++)
                data.Add(way, (bits & 1) > 0, (bits & 2) > 0, (bits & 4) > 0, (bits & 8) > 0);
        return data;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Backward_InFloat64_IsPlainAutogradTo1e10(string way, bool lora, bool tied, bool slides, bool shared)
    {
        torch.set_default_dtype(torch.ScalarType.Float64);
        try
        {
            Assert.InRange(Error(way, lora, tied, slides, shared), 0, 1e-10);
        }
        finally
        {
            torch.set_default_dtype(torch.ScalarType.Float32);
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Backward_InFloat32_IsPlainAutogradTo1e4(string way, bool lora, bool tied, bool slides, bool shared) =>
        Assert.InRange(Error(way, lora, tied, slides, shared), 0, 1e-4);

    private static double Error(string way, bool lora, bool tied, bool slides, bool shared)
    {
        using var scope = torch.NewDisposeScope();
        using var trained = new TrainedModel(TrainedModel.Config(tied, slides), lora);
        int[][] prompts = [Long, Short, Long, Long, Short];
        using TokenRows rows = TokenRows.Pack(shared ? prompts : [.. prompts.Select(p => p.ToArray())], Completions);
        Assert.Equal(shared, rows.Shared is not null);
        trained.Model.Fused = false;
        Dictionary<string, Tensor> expected = trained.Gradients(rows, new ActivationOptions(ActivationMode.Plain));
        trained.Model.Fused = true;
        long tokens = (rows.Shared?.Ids ?? rows.Ids).numel();
        return TrainedModel.RelativeError(trained.Gradients(rows, Ways[way](tokens * trained.Model.Embedding.ElementSize)), expected);
    }
}
