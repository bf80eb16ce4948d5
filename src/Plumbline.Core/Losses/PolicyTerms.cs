using TorchSharp;

namespace Plumbline.Core.Losses;

/// <summary>The pieces that policy losses share: inputs checked and made safe at padding, the ratio, and the KL penalty.</summary>
internal sealed record PolicyTerms
{
    private PolicyTerms() { }

    /// <summary>Log-probabilities under the policy, 0 where not counted, with gradient, (B, T).</summary>
    internal required Tensor LogProbs { get; init; }

    /// <summary>1 where the token counts, else 0, in the log-probabilities' dtype, (B, T).</summary>
    internal required Tensor Weight { get; init; }

    /// <summary>Detached, (B, 1).</summary>
    internal required Tensor Advantages { get; init; }

    /// <summary>Policy over old policy, with gradient, (B, T) or (B, 1).</summary>
    internal required Tensor Ratio { get; init; }

    /// <summary>The KL estimate per token, with gradient, (B, T); null without a penalty.</summary>
    internal required Tensor? Kl { get; init; }

    /// <remarks>Opens no dispose scope: the caller's holds every temporary until the loss is made.</remarks>
    internal static PolicyTerms Of(PolicyLossInputs inputs, PolicyLossOptions options)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(options);
        options.RequireSound();
        var shape = Shapes.Matrix(inputs.LogProbs);
        Shapes.RequireFloat(inputs.LogProbs);
        Shapes.Require(shape.Rows, inputs.Advantages);
        Shapes.Require(shape, inputs.Mask);
        Shapes.RequireBool(inputs.Mask);

        // Padding may hold anything, infinities too; filling it before exp keeps both the value and the gradient finite.
        Tensor padding = inputs.Mask.logical_not();
        Tensor logProbs = inputs.LogProbs.masked_fill(padding, 0.0);
        Tensor weight = inputs.Mask.to(logProbs.dtype);
        Tensor old = Fixed(inputs.OldLogProbs ?? inputs.LogProbs, shape, padding, nameof(inputs.OldLogProbs));
        Tensor ratio = ImportanceRatio.Compute(logProbs - old, weight, options.ImportanceSamplingLevel);
        Tensor? kl = null;
        if (options.Beta != 0)
        {
            if (inputs.ReferenceLogProbs is null)
                throw new ArgumentException($"beta is {options.Beta}, but ReferenceLogProbs is missing. Give the reference's log-probabilities, or set beta to 0.", nameof(inputs));
            Tensor reference = Fixed(inputs.ReferenceLogProbs, shape, padding, nameof(inputs.ReferenceLogProbs));
            kl = KlPenalty.PerToken(logProbs, reference, ratio, options.UseBiasCorrectionKl);
        }
        return new PolicyTerms
        {
            LogProbs = logProbs,
            Weight = weight,
            Advantages = inputs.Advantages.detach().to(logProbs.dtype).unsqueeze(1),
            Ratio = ratio,
            Kl = kl,
        };

        static Tensor Fixed(Tensor given, (long, long) shape, Tensor padding, string name)
        {
            Shapes.Require(shape, given, name);
            return given.detach().masked_fill(padding, 0.0);
        }
    }

    /// <summary>Adds the penalty to a cost per token, (B, T) or (B, 1), and spreads it over the counted tokens.</summary>
    /// <returns>(B, T), 0 where not counted.</returns>
    internal Tensor Penalised(Tensor cost, PolicyLossOptions options) =>
        (Kl is null ? cost : cost + options.Beta * Kl) * Weight;

    /// <summary>The metrics that do not depend on the loss.</summary>
    internal Dictionary<string, double> Metrics(Tensor? entropies)
    {
        Dictionary<string, double> metrics = [];
        if (Kl is not null)
            metrics["kl"] = TokenMean(Kl);
        if (entropies is not null)
        {
            Shapes.Require(Shapes.Matrix(Weight), entropies);
            metrics["entropy"] = TokenMean(entropies.masked_fill(Weight.eq(0.0), 0.0));
        }
        return metrics;
    }

    private double TokenMean(Tensor values)
    {
        using var gradients = torch.no_grad();
        return ((values * Weight).sum() / Weight.sum().clamp_min(1.0)).ToDouble();
    }
}
