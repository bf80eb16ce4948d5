using Plumbline.Engine.Segments;
using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.TestKit;
using TorchSharp;

namespace Plumbline.Engine.Tests.Segments;

/// <summary>A tiny model in training, whole or by an adapter, and the gradients that one pass over given rows leaves.</summary>
internal sealed class TrainedModel : IDisposable
{
    public TrainedModel(ModelConfig config, bool lora, double dropout = 0, AdapterConfig? adapter = null)
    {
        Model = DecoderModel.Create(config, seed: 7);
        Model.RequireGradients(!lora);
        if (!lora)
            return;
        Adapter = LoraAdapter.Create(Model, adapter ?? new AdapterConfig { R = 2, LoraAlpha = 4, LoraDropout = dropout, TargetModules = ["all-linear"] }, seed: 3);
        using var noGradient = torch.no_grad();
        using var random = new torch.Generator(11);
        foreach (KeyValuePair<string, Tensor> parameter in Adapter.NamedParameters())
            parameter.Value.normal_(0, 0.3, random); // B of a fresh adapter is zero, and the gradient of A with it
        Adapter.Train(true);
        Model.Activate(Adapter);
    }

    public DecoderModel Model { get; }

    public LoraAdapter? Adapter { get; }

    public IReadOnlyList<KeyValuePair<string, Tensor>> Parameters => [.. Adapter?.NamedParameters() ?? Model.NamedParameters()];

    /// <summary>Runs <paramref name="rows"/> forward and back from a fixed gradient; the parameters' own are zeroed before.</summary>
    public Dictionary<string, Tensor> Gradients(TokenRows rows, ActivationOptions activations, Action? between = null)
    {
        foreach (KeyValuePair<string, Tensor> parameter in Parameters)
            parameter.Value.grad?.zero_();
        using var scope = torch.NewDisposeScope();
        using TokenLogProbs forward = TokenLogProbs.Forward(Model, rows, 0.9, training: true, activations: activations);
        between?.Invoke();
        forward.Backward(torch.linspace(-1, 2, rows.Mask.numel(), dtype: forward.LogProbs.dtype).view(rows.Mask.shape));
        return Parameters.ToDictionary(p => p.Key, p => p.Value.grad!.clone().DetachFromDisposeScope());
    }

    /// <summary>The largest of the parameters' ‖a − b‖ / ‖b‖.</summary>
    public static double RelativeError(Dictionary<string, Tensor> actual, Dictionary<string, Tensor> expected)
    {
        using var scope = torch.NewDisposeScope();
        Assert.All(expected, e => Assert.True(e.Value.norm().ToDouble() > 1e-3, $"{e.Key} has no gradient to speak of"));
        return expected.Max(e => (actual[e.Key] - e.Value).norm().ToDouble() / e.Value.norm().ToDouble());
    }

    /// <summary>The tiny Qwen2: grouped queries, biases; of two layers the first slides where asked.</summary>
    public static ModelConfig Config(bool tied = true, bool slides = false) => TinyModels.Config() with
    {
        TieWordEmbeddings = tied,
        SlidingWindow = slides ? 3 : null,
        SlidingLayers = slides ? [true, false] : [],
    };

    public void Dispose()
    {
        Adapter?.Dispose();
        Model.Dispose();
    }
}
