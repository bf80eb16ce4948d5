using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Plumbline.Models.Adapters;
using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>A model's weights as <see cref="RowDecoder"/> reads them: in their own memory, or as W + scale · B·A where an adapter is active.</summary>
/// <remarks>The merged copies are made once: weights and adapter must not change while this is in use.</remarks>
internal sealed unsafe class DecodeWeights : IDisposable
{
    private const long MostCopied = 1L << 30; // bytes of merged copies

    private readonly List<Tensor> _merged = [];

    public DecodeWeights(DecoderModel model)
    {
        using var noGradient = torch.no_grad();
        Embedding = Data(model.Embedding);
        Norm = Data(model.FinalNorm.Weight);
        Head = new DecodeMatrix(Data(model.Head), null, model.Config.VocabSize, model.Config.HiddenSize);
        Layers = [.. model.Layers.Select(layer => new DecodeLayer
        {
            Query = Matrix(layer.Attention.Query),
            Key = Matrix(layer.Attention.Key),
            Value = Matrix(layer.Attention.Value),
            Output = Matrix(layer.Attention.Output),
            Gate = Matrix(layer.FeedForward.Gate),
            Up = Matrix(layer.FeedForward.Up),
            Down = Matrix(layer.FeedForward.Down),
            Window = layer.Attention.Window,
            InputNorm = Data(layer.InputNorm.Weight),
            PostAttentionNorm = Data(layer.PostAttentionNorm.Weight),
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

    /// <summary>Whether the weights lie as they are read, and the copies of adapted ones are neither random nor too large.</summary>
    public static bool Serves(DecoderModel model)
    {
        bool Drops(Linear projection) => projection.Adapter is { Training: true, Dropout: > 0 };
        return model.NamedParameters().All(p => p.Value.dtype == torch.ScalarType.Float32 && p.Value.device_type == DeviceType.CPU && p.Value.is_contiguous())
            && !model.Projections().Any(Drops)
            && model.Projections().Where(p => p.Adapter is not null).Sum(p => p.Weight.NumberOfElements * sizeof(float)) <= MostCopied;
    }

    private DecodeMatrix Matrix(Linear projection)
    {
        Tensor weight = projection.Weight;
        if (projection.Adapter is { } pair)
        {
            weight = pair.B.matmul(pair.A).mul_(pair.Scale).add_(weight).DetachFromDisposeScope();
            _merged.Add(weight);
        }
        return new DecodeMatrix(Data(weight), projection.Bias is { } bias ? Data(bias) : null, (int)weight.shape[0], (int)weight.shape[1]);
    }

    /// <summary>Where a tensor of at least one row lies.</summary>
    public static float* Data(Tensor x)
    {
        using Tensor first = x.narrow(0, 0, 1); // a span of a whole matrix could not hold more than 2 GiB
        return (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }

    public void Dispose()
    {
        foreach (Tensor weight in _merged)
            weight.Dispose();
        _merged.Clear();
    }
}
