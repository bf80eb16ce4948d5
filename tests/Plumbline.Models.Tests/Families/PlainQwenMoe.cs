using Plumbline.Models.Checkpoints;
using static Plumbline.Models.Tests.Families.PlainMath;

namespace Plumbline.Models.Tests.Families;

/// <summary>Qwen2 and Qwen3 with experts from their publications (arXiv:2407.10671, arXiv:2505.09388), number by number.</summary>
internal static class PlainQwenMoe
{
    public static double[][] Logits(StoredWeights weights, ModelConfig config, int[] ids)
    {
        double[][] x = [.. ids.Select(id => weights.Row("model.embed_tokens.weight", id))];
        int width = config.HeadDim;
        for (int layer = 0; layer < config.NumHiddenLayers; layer++)
        {
            string prefix = $"model.layers.{layer}.";
            double[] Norm(string name, double[] v) => Rms(v, weights.Vector($"{prefix}{name}.weight"), config.RmsNormEps);
            double[][] normed = [.. x.Select(v => Norm("input_layernorm", v))];
            double[][] Heads(string kind, bool turns) => [.. normed.Select((v, place) =>
            {
                double[] heads = weights.Times($"{prefix}self_attn.{kind}_proj.weight", v);
                if (config.QkvBias)
                    heads = Add(heads, weights.Vector($"{prefix}self_attn.{kind}_proj.bias"));
                return turns ? [.. Enumerable.Range(0, heads.Length / width).SelectMany(h =>
                {
                    double[] head = Head(heads, h, width);
                    if (config.QkNorm)
                        head = Norm($"self_attn.{kind}_norm", head);
                    return Rotate(head, place, i => Math.Pow(config.Rope.Theta, -2.0 * i / width));
                })] : heads;
            })];
            double[][] mixed = Attend(Heads("q", true), Heads("k", true), Heads("v", false), width, product => product / Math.Sqrt(width));
            x = [.. x.Zip(mixed, (v, m) => Add(v, weights.Times(prefix + "self_attn.o_proj.weight", m)))];
            x = [.. x.Select(v => Add(v, Experts(weights, config.Variant.Mixture!, prefix + "mlp.", Norm("post_attention_layernorm", v))))];
        }
        return [.. x.Select(v => weights.Times("model.embed_tokens.weight", Rms(v, weights.Vector("model.norm.weight"), config.RmsNormEps)))];
    }

    private static double[] Experts(StoredWeights weights, MixtureConfig mixture, string prefix, double[] x)
    {
        double[] Gated(string expert)
        {
            double[] gate = weights.Times(expert + "gate_proj.weight", x), up = weights.Times(expert + "up_proj.weight", x);
            return weights.Times(expert + "down_proj.weight", [.. gate.Zip(up, (g, u) => Silu(g) * u)]);
        }
        double[] likely = Softmax(weights.Times(prefix + "gate.weight", x)), sum = new double[x.Length];
        int[] visited = [.. Enumerable.Range(0, likely.Length).OrderByDescending(e => likely[e]).Take(mixture.NumExpertsPerTok)];
        double all = mixture.NormTopkProb ? visited.Sum(e => likely[e]) : 1;
        foreach (int expert in visited)
            sum = Add(sum, Scale(Gated($"{prefix}experts.{expert}."), likely[expert] / all));
        return mixture.SharedExpertIntermediateSize == 0
            ? sum
            : Add(sum, Scale(Gated(prefix + "shared_expert."), 1 / (1 + Math.Exp(-weights.Times(prefix + "shared_expert_gate.weight", x)[0]))));
    }
}
