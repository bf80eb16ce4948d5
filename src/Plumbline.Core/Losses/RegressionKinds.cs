using static TorchSharp.torch.nn;

namespace Plumbline.Core.Losses;

/// <summary>The regression losses by the name that recipes use.</summary>
public static class RegressionKinds
{
    /// <summary>Squared error (output − label)².</summary>
    public static RegressionKind Mse { get; } = new("mse", (outputs, labels) => functional.mse_loss(outputs, labels, Reduction.None), outputs => outputs.alias());

    /// <summary>Huber's loss with δ = 1, for labels with outliers: e²/2 up to |e| = δ, then δ·(|e| − δ/2).</summary>
    public static RegressionKind Huber { get; } = HuberWith(1.0);

    /// <summary>Binary cross-entropy −y·log σ(z) − (1 − y)·log(1 − σ(z)), nats, for labels in [0, 1]; the prediction is σ(z).</summary>
    public static RegressionKind Logistic { get; } = new(
        "logistic",
        (outputs, labels) => functional.binary_cross_entropy_with_logits(outputs, labels, reduction: Reduction.None),
        outputs => outputs.sigmoid());

    private static readonly SortedDictionary<string, RegressionKind> ByName =
        new(new[] { Mse, Huber, Logistic }.ToDictionary(k => k.Name), StringComparer.Ordinal);

    /// <summary>All names, in alphabetical order.</summary>
    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>Huber's loss with another δ, the error at which it turns from square to line, in the label's unit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">δ is not above 0.</exception>
    public static RegressionKind HuberWith(double delta)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(delta);
        return new("huber", (outputs, labels) => functional.huber_loss(outputs, labels, delta, Reduction.None), outputs => outputs.alias());
    }

    /// <summary>The loss of that name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static RegressionKind Get(string name) =>
        ByName.TryGetValue(name, out RegressionKind? kind)
            ? kind
            : throw new ArgumentException($"The regression loss is '{name}', but the losses are {string.Join(", ", Names)}. Choose one of them.", nameof(name));
}
