using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>A model's weights as <see cref="RowDecoder"/> reads them: in their own memory, or merged where an adapter is active.</summary>
/// <remarks>The merged copies are made once: weights and adapter must not change while this is in use.</remarks>
internal sealed unsafe class DecodeWeights : IDisposable
{
    private const long MostCopied = 1L << 30; // bytes of merged copies

    private readonly Dictionary<Linear, Tensor> _merged = [];

    public DecodeWeights(DecoderModel model)
    {
        using var noGradient = torch.no_grad();
        Embedding = Data(model.Embedding);
        Norm = Data(model.FinalNorm.Weight);
        Head = new DecodeMatrix(Data(model.Head), null, model.Config.VocabSize, model.Config.HiddenSize);
        Layers = [.. model.Layers.Select(layer => new DecodeLayer
        {
            Query = Part(layer.Attention.Inputs, 0),
            Key = Part(layer.Attention.Inputs, 1),
            Value = Part(layer.Attention.Inputs, 2),
            Output = Whole(layer.Attention.Output),
            Gate = Part(((FeedForward)layer.FeedForward).GateUp, 0),
            Up = Part(((FeedForward)layer.FeedForward).GateUp, 1),
            Down = Whole(((FeedForward)layer.FeedForward).Down),
            Window = layer.Attention.Window,
            InputNorm = Data(layer.AttentionNorm!.Weight),
            PostAttentionNorm = Data(layer.FeedForwardNorm!.Weight),
            QueryNorm = layer.Attention.QueryNorm is { } query ? Data(query.Weight) : null,
            KeyNorm = layer.Attention.KeyNorm is { } key ? Data(key.Weight) : null,
        })];
    }

    public IReadOnlyList<DecodeLayer> Layers { get; }

    /// <summary>(V, width).</summary>
    public float* Embedding { get; }

    /// <summary>The last norm's weight, (width).</summary>
    public float* Norm { get; }

    public DecodeMatrix Head { get; }

    /// <summary>Whether the decoder is the plain one, the weights lie as they are read, and the copies of adapted ones are neither random nor too large.</summary>
    public static bool Serves(DecoderModel model)
    {
        bool Drops(Linear projection) => projection.Adapter is { Drops: true };
        // Fused projections are read row block by row block.
        return model.Config.Variant with { FusedProjections = false } == DecoderVariant.Plain
            && model.NamedParameters().All(p => p.Value.dtype == torch.ScalarType.Float32 && p.Value.device_type == DeviceType.CPU && p.Value.is_contiguous())
            && !model.Projections().Any(Drops)
            && model.Projections().Where(p => p.Adapter is not null).Sum(p => p.Outputs * p.Inputs * sizeof(float)) <= MostCopied;
    }

    private DecodeMatrix Whole(Linear projection) => Matrix(projection, 0, projection.Weight.shape[0]);

    private DecodeMatrix Part(ProjectionGroup group, int index)
    {
        (Linear module, long first, long count) = group.Rows(index);
        return Matrix(module, first, count);
    }

    private DecodeMatrix Matrix(Linear projection, long first, long count)
    {
        Tensor weight = projection.Adapter is null ? projection.Weight : Merged(projection, projection.Adapter);
        long inputs = weight.shape[1];
        return new DecodeMatrix(Data(weight) + first * inputs, projection.Bias is { } bias ? Data(bias) + first : null, (int)count, (int)inputs);
    }

    private Tensor Merged(Linear projection, LoraPair pair)
    {
        if (!_merged.TryGetValue(projection, out Tensor? weight))
            _merged.Add(projection, weight = pair.Merged(projection.Weight).DetachFromDisposeScope());
        return weight;
    }

    /// <summary>Where a tensor of at least one row lies.</summary>
    public static float* Data(Tensor x)
    {
        using Tensor first = x.narrow(0, 0, 1); // a span of a whole matrix could not hold more than 2 GiB
        return (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }

    public void Dispose()
    {
        foreach (Tensor weight in _merged.Values)
            weight.Dispose();
        _merged.Clear();
    }
}
