using Plumbline.Models.Checkpoints;
using static Plumbline.Models.Tests.Families.PlainMath;

namespace Plumbline.Models.Tests.Families;

/// <summary>Gemma 2 from its publication (arXiv:2408.00118), number by number.</summary>
internal static class PlainGemma2
{
    public static double[][] Logits(StoredWeights weights, ModelConfig config, int[] ids)
    {
        double[][] x = [.. ids.Select(id => Scale(weights.Row("model.embed_tokens.weight", id), Math.Sqrt(config.HiddenSize)))];
        for (int layer = 0; layer < config.NumHiddenLayers; layer++)
        {
            string prefix = $"model.layers.{layer}.";
            double[] Norm(string name, double[] v) => Rms(v, [.. weights.Vector($"{prefix}{name}.weight").Select(w => 1 + w)], config.RmsNormEps);
            double[][] normed = [.. x.Select(v => Norm("input_layernorm", v))];
            double[][] Heads(string name, bool turns) => [.. normed.Select((v, place) =>
            {
                double[] heads = weights.Times($"{prefix}self_attn.{name}.weight", v);
                double[] Turned(int h) => Rotate(Head(heads, h, config.HeadDim), place, i => Math.Pow(config.Rope.Theta, -2.0 * i / config.HeadDim));
                return turns ? [.. Enumerable.Range(0, heads.Length / config.HeadDim).SelectMany(Turned)] : heads;
            })];
            double Score(double product) => Cap(product / Math.Sqrt(config.Variant.QueryPreAttnScalar!.Value), config.Variant.AttnLogitSoftcapping!.Value);
            int window = layer % 2 == 0 ? config.SlidingWindow!.Value : int.MaxValue;
            double[][] mixed = Attend(Heads("q_proj", true), Heads("k_proj", true), Heads("v_proj", false), config.HeadDim, Score, window);
            x = [.. x.Zip(mixed, (v, m) => Add(v, Norm("post_attention_layernorm", weights.Times($"{prefix}self_attn.o_proj.weight", m))))];
            x = [.. x.Select(v =>
            {
                double[] inner = Norm("pre_feedforward_layernorm", v);
                double[] gate = weights.Times($"{prefix}mlp.gate_proj.weight", inner), up = weights.Times($"{prefix}mlp.up_proj.weight", inner);
                double[] down = weights.Times($"{prefix}mlp.down_proj.weight", [.. gate.Zip(up, (g, u) => GeluTanh(g) * u)]);
                return Add(v, Norm("post_feedforward_layernorm", down));
            })];
        }
        double[] last = [.. weights.Vector("model.norm.weight").Select(w => 1 + w)];
        return [.. x.Select(v => weights.Times("model.embed_tokens.weight", Rms(v, last, config.RmsNormEps)).Select(z => Cap(z, config.Variant.FinalLogitSoftcapping!.Value)).ToArray())];
    }
}
