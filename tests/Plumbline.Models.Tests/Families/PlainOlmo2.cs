using Plumbline.Models.Checkpoints;
using static Plumbline.Models.Tests.Families.PlainMath;

namespace Plumbline.Models.Tests.Families;

/// <summary>OLMo 2 from its publication (arXiv:2501.00656), number by number.</summary>
internal static class PlainOlmo2
{
    public static double[][] Logits(StoredWeights weights, ModelConfig config, int[] ids)
    {
        double[][] x = [.. ids.Select(id => weights.Row("model.embed_tokens.weight", id))];
        int width = config.HeadDim;
        for (int layer = 0; layer < config.NumHiddenLayers; layer++)
        {
            string prefix = $"model.layers.{layer}.";
            double[] Norm(string name, double[] v) => Rms(v, weights.Vector($"{prefix}{name}.weight"), config.RmsNormEps);
            double[][] Turned(string kind) => [.. x.Select((v, place) =>
            {
                double[] heads = Norm($"self_attn.{kind}_norm", weights.Times($"{prefix}self_attn.{kind}_proj.weight", v));
                return (double[])[.. Enumerable.Range(0, heads.Length / width).SelectMany(h => Rotate(Head(heads, h, width), place, i => Math.Pow(config.Rope.Theta, -2.0 * i / width)))];
            })];
            double[][] values = [.. x.Select(v => weights.Times(prefix + "self_attn.v_proj.weight", v))];
            double[][] mixed = Attend(Turned("q"), Turned("k"), values, width, product => product / Math.Sqrt(width));
            x = [.. x.Zip(mixed, (v, m) => Add(v, Norm("post_attention_layernorm", weights.Times(prefix + "self_attn.o_proj.weight", m))))];
            x = [.. x.Select(v =>
            {
                double[] gate = weights.Times(prefix + "mlp.gate_proj.weight", v), up = weights.Times(prefix + "mlp.up_proj.weight", v);
                return Add(v, Norm("post_feedforward_layernorm", weights.Times(prefix + "mlp.down_proj.weight", [.. gate.Zip(up, (g, u) => Silu(g) * u)])));
            })];
        }
        return [.. x.Select(v => weights.Times("model.embed_tokens.weight", Rms(v, weights.Vector("model.norm.weight"), config.RmsNormEps)))];
    }
}
