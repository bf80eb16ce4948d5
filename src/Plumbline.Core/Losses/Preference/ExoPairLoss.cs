using static TorchSharp.torch.nn.functional;

namespace Plumbline.Core.Losses.Preference;

/// <summary>EXO: the policy's preference is brought to the smoothed label by reverse KL.</summary>
/// <remarks>With q = σ(βΔ): q·(log q − log(1 − ε)) + (1 − q)·(log(1 − q) − log ε). Source: Ji et al. 2024, arXiv:2402.00856, Eq. 16.</remarks>
internal static class ExoPairLoss
{
    internal static Tensor PerPair(PreferenceTerms terms, PreferenceOptions options)
    {
        Tensor margin = options.Beta * terms.Delta;
        Tensor chosen = margin.sigmoid() * (logsigmoid(margin) - Math.Log(1.0 - options.LabelSmoothing));
        Tensor rejected = (-margin).sigmoid() * (logsigmoid(-margin) - Math.Log(options.LabelSmoothing));
        return chosen + rejected;
    }
}
