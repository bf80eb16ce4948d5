using static TorchSharp.torch.nn.functional;

namespace Plumbline.Core.Losses.Preference;

/// <summary>BCO: a classifier of chosen against rejected, whose logit is the implicit reward.</summary>
/// <remarks>−log σ(βs_w) − log σ(−βs_l). Source: Jung et al. 2024, arXiv:2404.04656. Departure, TRL's: no running shift of the reward.</remarks>
internal static class BcoPairLoss
{
    internal static Tensor PerPair(PreferenceTerms terms, PreferenceOptions options) =>
        -logsigmoid(options.Beta * terms.ChosenScores) - logsigmoid(-options.Beta * terms.RejectedScores);
}
