using Plumbline.Engine.Generation;
using Plumbline.Engine.Sampling;
using Plumbline.Engine.Segments;
using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Quantization;
using Plumbline.TestKit;
using TorchSharp;

namespace Plumbline.Engine.Tests.Segments;

/// <summary>Training passes and sampling over a base that is held in few bits, against the same base widened.</summary>
public sealed class HeldPrecisionTests : IDisposable
{
    private static readonly int[][] Prompts = [[1, 5, 9], [30, 4]], Completions = [[13, 2, 8, 6], [4, 7]];
    private readonly string _folder = Directory.CreateTempSubdirectory("plumbline-").FullName;

    public HeldPrecisionTests()
    {
        using DecoderModel model = TinyModels.Qwen2();
        CheckpointFolder.WriteModel(_folder, TinyModels.Config() with { DType = "bfloat16" }, model.NamedParameters());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(QuantizationType.None, ActivationMode.Keep), InlineData(QuantizationType.Nf4, ActivationMode.Keep), InlineData(QuantizationType.Int8, ActivationMode.Recompute)]
    public void LogProbsEntropiesAndAdapterGradients_AreThoseOfTheWidenedBase(QuantizationType quantization, ActivationMode mode)
    {
        using var scope = torch.NewDisposeScope();
        using DecoderModel held = Load(quantization), wide = Load(quantization, ModelPrecision.Trained);
        (Tensor logProbs, Tensor[] gradients) = Pass(held, mode, entropies: true);
        (Tensor expected, Tensor[] theirs) = Pass(wide, mode, entropies: true);
        Assert.InRange((logProbs - expected).abs().max().ToDouble(), 0, 1e-5);
        Assert.All(gradients.Zip(theirs), pair => Assert.InRange((pair.First - pair.Second).abs().max().ToDouble(), 0, 1e-5));
        (_, gradients) = Pass(held, mode, entropies: false);
        (_, theirs) = Pass(wide, mode, entropies: false);
        Assert.All(gradients.Zip(theirs), pair => Assert.InRange((pair.First - pair.Second).abs().max().ToDouble(), 0, 1e-5));
        Assert.True(gradients.Max(g => g.abs().max().ToDouble()) > 1e-3);
    }

    [Theory, InlineData(QuantizationType.None), InlineData(QuantizationType.Nf4), InlineData(QuantizationType.Int8)]
    public void Sampling_GivesTheTokensOfTheWidenedBase(QuantizationType quantization)
    {
        using DecoderModel held = Load(quantization), wide = Load(quantization, ModelPrecision.Trained);
        Assert.False(RowDecoder.Serves(held));
        GenerationRequest[] requests = [.. Prompts.Select((prompt, i) => new GenerationRequest(prompt, i))];
        var options = new GenerationOptions { MaxNewTokens = 8, MinNewTokens = 8, Sampling = new SamplingOptions { Temperature = 0 } };
        Completion[] ours = new Generator(held).Generate(requests, options), theirs = new Generator(wide).Generate(requests, options);
        Assert.Equal(theirs.SelectMany(c => c.TokenIds), ours.SelectMany(c => c.TokenIds));
        Assert.All(theirs.SelectMany(c => c.LogProbs).Zip(ours.SelectMany(c => c.LogProbs)), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        Completion[] plain = new Generator(held).Generate(requests, options with { Plain = true });
        Assert.Equal(ours.SelectMany(c => c.TokenIds), plain.SelectMany(c => c.TokenIds));
    }

    // The widened base is the packed one unpacked, or the file's bfloat16 read as float32.
    private DecoderModel Load(QuantizationType quantization, ModelPrecision? widened = null)
    {
        using CheckpointFolder folder = CheckpointFolder.Open(_folder);
        if (widened is not null && quantization == QuantizationType.None)
            return DecoderModel.Load(folder, widened);
        DecoderModel model = DecoderModel.Load(folder, new ModelPrecision(widened is null ? torch.ScalarType.BFloat16 : torch.ScalarType.Float32, Quantization: quantization, Frozen: true));
        if (widened is not null)
            model.Unpack();
        return model;
    }

    private static (Tensor LogProbs, Tensor[] Gradients) Pass(DecoderModel model, ActivationMode mode, bool entropies)
    {
        model.RequireGradients(false);
        using LoraAdapter adapter = LoraAdapter.Create(model, new AdapterConfig { R = 2, LoraAlpha = 4, TargetModules = ["all-linear"] }, seed: 3);
        using (torch.no_grad())
            foreach (KeyValuePair<string, Tensor> parameter in adapter.NamedParameters())
                parameter.Value.normal_(0, 0.2, new torch.Generator(9));
        adapter.Train(true);
        model.Activate(adapter);
        using TokenRows rows = TokenRows.Pack(Prompts, Completions);
        using TokenLogProbs pass = TokenLogProbs.Forward(model, rows, 0.7, training: true, entropies, new ActivationOptions(mode));
        pass.Backward(torch.ones_like(pass.LogProbs), entropies ? torch.ones_like(pass.LogProbs) * 0.3 : null);
        model.Activate(null);
        return (pass.LogProbs.detach().clone(), [.. adapter.NamedParameters().Select(p => p.Value.grad!.clone())]);
    }
}
