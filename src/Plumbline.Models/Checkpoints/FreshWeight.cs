using Plumbline.Models.Decoder;
using TorchSharp;

namespace Plumbline.Models.Checkpoints;

/// <summary>A weight of a model that is yet to be made: normal for matrices, zero for biases, what scales by one for norms.</summary>
/// <param name="Name">Its name in checkpoints.</param>
/// <param name="Shape">Its shape as the decoder holds it.</param>
/// <param name="Init">What it is filled with.</param>
internal sealed record FreshWeight(string Name, long[] Shape, WeightInit Init)
{
    /// <summary>Every weight that a language model of a configuration has, in the checkpoint's order.</summary>
    public static IReadOnlyList<FreshWeight> Of(ModelConfig config)
    {
        var inits = new Dictionary<string, WeightInit>(StringComparer.Ordinal);
        using DecoderModel outline = DecoderModel.Outline(config, inits.Add);
        return [.. outline.NamedParameters().Select(p => new FreshWeight(p.Key, p.Value.shape, inits[p.Key]))];
    }

    /// <summary>The tensor, made when it is written.</summary>
    public PendingTensor ToPending(double spread, long seed, int index, torch.ScalarType dtype) => new(Name, Shape, dtype, () => Make(spread, seed, index, dtype));

    /// <summary>Makes the tensor, in the caller's dispose scope. It depends on seed and index alone, not on what was made before.</summary>
    /// <param name="spread">Standard deviation of matrices.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="index">The weight's place in the model.</param>
    /// <param name="dtype">The type to make it in.</param>
    public Tensor Make(double spread, long seed, int index, torch.ScalarType dtype)
    {
        if (Init != WeightInit.Normal)
            return Init == WeightInit.Zeros ? torch.zeros(Shape, dtype) : torch.ones(Shape, dtype);
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator(unchecked((ulong)seed * 0x9E3779B97F4A7C15 + (ulong)index));
        // Drawn in float32 and rounded, so that every stored type holds the same model.
        return torch.empty(Shape).normal_(0, spread, generator).to_type(dtype).MoveToOuterDisposeScope();
    }
}
