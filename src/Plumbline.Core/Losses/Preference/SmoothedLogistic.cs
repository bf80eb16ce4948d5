using static TorchSharp.torch.nn.functional;

namespace Plumbline.Core.Losses.Preference;

/// <summary>Logistic cost of a margin whose sign is wrong with probability ε: −(1 − ε)·log σ(x) − ε·log σ(−x).</summary>
internal static class SmoothedLogistic
{
    internal static Tensor Cost(Tensor margin, double smoothing) =>
        -(1.0 - smoothing) * logsigmoid(margin) - smoothing * logsigmoid(-margin);
}
