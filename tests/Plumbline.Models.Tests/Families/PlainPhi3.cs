using Plumbline.Models.Checkpoints;
using static Plumbline.Models.Tests.Families.PlainMath;

namespace Plumbline.Models.Tests.Families;

/// <summary>Phi-3 from its publication (arXiv:2404.14219) and the layout of its checkpoints, number by number.</summary>
internal static class PlainPhi3
{
    public static double[][] Logits(StoredWeights weights, ModelConfig config, int[] ids)
    {
        double[][] x = [.. ids.Select(id => weights.Row("model.embed_tokens.weight", id))];
        int width = config.HeadDim, queries = config.NumAttentionHeads * width, keys = config.NumKeyValueHeads * width, inner = config.IntermediateSize;
        (RopeConfig rope, double longer) = (config.Rope, config.Rope.Factor);
        // The factor on both comes from how much longer than its original context the model reads.
        double scale = rope.RopeType == "longrope" && longer > 1 ? Math.Sqrt(1 + Math.Log(longer) / Math.Log(rope.OriginalMaxPositionEmbeddings)) : 1;
        double Frequency(int i) => Math.Pow(rope.Theta, -2.0 * i / width) / (rope.RopeType != "longrope" ? 1 : rope.LongContext ? rope.LongFactor[i] : rope.ShortFactor[i]);
        double[] Turn(double[] heads, int place) => [.. Enumerable.Range(0, heads.Length / width).SelectMany(h => Rotate(Head(heads, h, width), place, Frequency, scale))];
        for (int layer = 0; layer < config.NumHiddenLayers; layer++)
        {
            string prefix = $"model.layers.{layer}.";
            double[] Norm(string name, double[] v) => Rms(v, weights.Vector($"{prefix}{name}.weight"), config.RmsNormEps);
            double[][] fused = [.. x.Select(v => weights.Times(prefix + "self_attn.qkv_proj.weight", Norm("input_layernorm", v)))];
            double[][] mixed = Attend(
                [.. fused.Select((f, place) => Turn(f[..queries], place))], [.. fused.Select((f, place) => Turn(f[queries..(queries + keys)], place))],
                [.. fused.Select(f => f[(queries + keys)..])], width, product => product / Math.Sqrt(width), config.SlidingWindow ?? int.MaxValue);
            x = [.. x.Zip(mixed, (v, m) => Add(v, weights.Times(prefix + "self_attn.o_proj.weight", m)))];
            x = [.. x.Select(v =>
            {
                double[] gateUp = weights.Times(prefix + "mlp.gate_up_proj.weight", Norm("post_attention_layernorm", v));
                return Add(v, weights.Times(prefix + "mlp.down_proj.weight", [.. gateUp[..inner].Zip(gateUp[inner..], (g, u) => Silu(g) * u)]));
            })];
        }
        string head = config.TieWordEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight";
        return [.. x.Select(v => weights.Times(head, Rms(v, weights.Vector("model.norm.weight"), config.RmsNormEps)))];
    }
}
