using TorchSharp;

namespace Plumbline.Models.Quantization;

/// <summary>How far a model's logits are from those of the model it was made from.</summary>
/// <param name="Tokens">Predictions compared.</param>
/// <param name="MeanAbsolute">Mean |difference of logits|, after each row's mean is taken off: a softmax does not see it.</param>
/// <param name="Kl">Mean KL divergence from the first model's distribution to the second's, nats.</param>
/// <param name="Top1Agreement">Share of predictions whose likeliest token is the same.</param>
public sealed record LogitGap(long Tokens, double MeanAbsolute, double Kl, double Top1Agreement)
{
    /// <summary>Compares.</summary>
    /// <param name="first">Logits of the model as it was, (N, V).</param>
    /// <param name="second">Logits of what was made of it, (N, V).</param>
    public static LogitGap Of(Tensor first, Tensor second)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        (double absolute, double kl, double same) = (0, 0, 0);
        for (long row = 0; row < first.shape[0]; row++)
        {
            using var rowScope = torch.NewDisposeScope();
            Tensor before = first[row].to(torch.ScalarType.Float64), after = second[row].to(torch.ScalarType.Float64);
            absolute += (before - before.mean() - (after - after.mean())).abs().mean().ToDouble();
            Tensor logBefore = before - before.logsumexp(0), logAfter = after - after.logsumexp(0);
            kl += (logBefore.exp() * (logBefore - logAfter)).sum().ToDouble();
            same += before.argmax().ToInt64() == after.argmax().ToInt64() ? 1 : 0;
        }
        long n = first.shape[0];
        return new LogitGap(n, absolute / n, kl / n, same / n);
    }
}
