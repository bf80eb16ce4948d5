using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Quantization;
using Plumbline.TestKit;
using TorchSharp;

namespace Plumbline.Models.Tests.Decoder;

/// <summary>Our own nodes of the graph must leave nothing behind but their results: a tensor without a scope lives until the collector finds it, with its memory.</summary>
public sealed class GraphNodeTests
{
    public static TheoryData<string> Nodes => ["norm", "gate", "packed", "merged"];

    [Theory]
    [MemberData(nameof(Nodes))]
    public void Run_LeavesItsResultInTheScope_AndNothingElsewhere(string node)
    {
        using DecoderModel model = TinyModels.Qwen2();
        using LoraAdapter adapter = LoraAdapter.Create(model, new AdapterConfig { R = 2 }, seed: 1);
        adapter.Train(true);
        model.RequireGradients(false);
        model.Activate(adapter);
        using PackedMatrix packed = PackedMatrix.Quantize(torch.ones(16, 16), QuantizationType.Int8);
        using var scope = torch.NewDisposeScope();
        Linear projection = model.Projections().First();
        torch.ScalarType dtype = node == "merged" ? projection.Weight.dtype : torch.ScalarType.Float32;
        Tensor x = torch.ones(64, 16, dtype).requires_grad_(), weight = torch.ones(16, dtype);
        int before = scope.DisposablesCount;
        long detached = DisposeScopeManager.Statistics.DetachedFromScopeCount;
        Tensor y = node switch
        {
            "norm" => RmsNormFunction.Run(x, weight, 1e-6),
            "gate" => SwiGlu.Run(x, x),
            "packed" => PackedProduct.Linear(x, packed, null),
            _ => MergedProjections.Run(x, [projection])[0],
        };
        Assert.True(y.requires_grad);
        Assert.Equal(before + 1, scope.DisposablesCount);
        Assert.Equal(detached, DisposeScopeManager.Statistics.DetachedFromScopeCount);
        y.sum().backward();
        Assert.True(x.grad!.abs().sum().ToDouble() > 0);
    }
}
