using TorchSharp;

namespace Plumbline.Models.Checkpoints;

/// <summary>A weight of a model that is yet to be made: normal for matrices, zero for biases, one for norms.</summary>
/// <param name="Name">Its name in checkpoints.</param>
/// <param name="Shape">Its shape.</param>
internal sealed record FreshWeight(string Name, long[] Shape)
{
    /// <summary>Number of elements.</summary>
    public long Elements => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>Every weight that a language model of a configuration has, in the checkpoint's order.</summary>
    public static IEnumerable<FreshWeight> Of(ModelConfig config)
    {
        long width = config.HiddenSize, inner = config.IntermediateSize;
        long queries = (long)config.NumAttentionHeads * config.HeadDim, keys = (long)config.NumKeyValueHeads * config.HeadDim;
        yield return new("model.embed_tokens.weight", [config.VocabSize, width]);
        for (int layer = 0; layer < config.NumHiddenLayers; layer++)
        {
            string prefix = $"model.layers.{layer}.";
            yield return new(prefix + "input_layernorm.weight", [width]);
            if (config.QkNorm)
            {
                yield return new(prefix + "self_attn.q_norm.weight", [config.HeadDim]);
                yield return new(prefix + "self_attn.k_norm.weight", [config.HeadDim]);
            }
            yield return new(prefix + "post_attention_layernorm.weight", [width]);
            foreach ((string name, long outputs, long inputs, bool bias) in new[]
            {
                ("self_attn.q_proj", queries, width, config.QkvBias), ("self_attn.k_proj", keys, width, config.QkvBias),
                ("self_attn.v_proj", keys, width, config.QkvBias), ("self_attn.o_proj", width, queries, config.OutputBias),
                ("mlp.gate_proj", inner, width, config.MlpBias), ("mlp.up_proj", inner, width, config.MlpBias), ("mlp.down_proj", width, inner, config.MlpBias),
            })
            {
                yield return new($"{prefix}{name}.weight", [outputs, inputs]);
                if (bias)
                    yield return new($"{prefix}{name}.bias", [outputs]);
            }
        }
        yield return new("model.norm.weight", [width]);
        if (!config.TieWordEmbeddings)
            yield return new("lm_head.weight", [config.VocabSize, width]);
    }

    /// <summary>Makes the tensor, in the caller's dispose scope. It depends on seed and index alone, not on what was made before.</summary>
    /// <param name="spread">Standard deviation of matrices.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="index">The weight's place in the model.</param>
    /// <param name="dtype">The type to make it in.</param>
    public Tensor Make(double spread, long seed, int index, torch.ScalarType dtype)
    {
        if (Shape.Length == 1)
            return Name.EndsWith(".bias", StringComparison.Ordinal) ? torch.zeros(Shape, dtype) : torch.ones(Shape, dtype);
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator(unchecked((ulong)seed * 0x9E3779B97F4A7C15 + (ulong)index));
        // Drawn in float32 and rounded, so that every stored type holds the same model.
        return torch.empty(Shape).normal_(0, spread, generator).to_type(dtype).MoveToOuterDisposeScope();
    }
}
