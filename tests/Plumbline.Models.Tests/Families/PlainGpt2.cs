using Plumbline.Models.Checkpoints;
using static Plumbline.Models.Tests.Families.PlainMath;

namespace Plumbline.Models.Tests.Families;

/// <summary>GPT-2 from its publication and the layout of its checkpoints, number by number.</summary>
internal static class PlainGpt2
{
    public static double[][] Logits(StoredWeights weights, ModelConfig config, int[] ids)
    {
        double[][] x = [.. ids.Select((id, place) => Add(weights.Row("transformer.wte.weight", id), weights.Row("transformer.wpe.weight", place)))];
        double[] Norm(string name, double[] v) => LayerNorm(v, weights.Vector(name + ".weight"), weights.Vector(name + ".bias"), config.RmsNormEps);
        int width = config.HiddenSize;
        for (int layer = 0; layer < config.NumHiddenLayers; layer++)
        {
            string prefix = $"transformer.h.{layer}.";
            double[][] fused = [.. x.Select(v => weights.Conv1D(prefix + "attn.c_attn", Norm(prefix + "ln_1", v)))];
            double[][] Third(int which) => [.. fused.Select(f => f[(which * width)..((which + 1) * width)])];
            double[][] mixed = Attend(Third(0), Third(1), Third(2), config.HeadDim, product => product / Math.Sqrt(config.HeadDim));
            x = [.. x.Zip(mixed, (v, m) => Add(v, weights.Conv1D(prefix + "attn.c_proj", m)))];
            x = [.. x.Select(v => Add(v, weights.Conv1D(prefix + "mlp.c_proj", [.. weights.Conv1D(prefix + "mlp.c_fc", Norm(prefix + "ln_2", v)).Select(GeluTanh)])))];
        }
        return [.. x.Select(v => weights.Times("transformer.wte.weight", Norm("transformer.ln_f", v)))];
    }
}
