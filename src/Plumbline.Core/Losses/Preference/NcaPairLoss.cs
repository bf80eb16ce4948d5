using static TorchSharp.torch.nn.functional;

namespace Plumbline.Core.Losses.Preference;

/// <summary>NCA: each completion is told from the reference's noise, so the chosen one's own likelihood cannot fall with the rejected one's.</summary>
/// <remarks>−log σ(βs_w) − ½·log σ(−βs_w) − ½·log σ(−βs_l). Source: Chen et al. 2024, arXiv:2402.05369, with two answers.</remarks>
internal static class NcaPairLoss
{
    internal static Tensor PerPair(PreferenceTerms terms, PreferenceOptions options)
    {
        Tensor chosen = options.Beta * terms.ChosenScores, rejected = options.Beta * terms.RejectedScores;
        return -logsigmoid(chosen) - 0.5 * logsigmoid(-chosen) - 0.5 * logsigmoid(-rejected);
    }
}
