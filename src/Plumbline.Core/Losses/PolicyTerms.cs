using TorchSharp;

namespace Plumbline.Core.Losses;

/// <summary>The pieces that policy losses share: inputs checked and made safe at padding, the ratio, the gates, and the KL penalty.</summary>
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

    /// <summary>logProbs − oldLogProbs, nats, 0 where not read, with gradient, (B, T).</summary>
    internal required Tensor LogRatio { get; init; }

    /// <summary>Where the surrogate counts, 1 or 0, detached, (B, T) or (B, 1); null = everywhere.</summary>
    internal required Tensor? Gate { get; init; }

    /// <summary>Old policy over foreign sampler, held within its bounds, detached, (B, T) or (B, 1); null = our own policy sampled.</summary>
    internal required Tensor? SamplerRatio { get; init; }

    /// <summary>|oldLogProbs − samplerLogProbs|, nats, detached, (B, T); null = our own policy sampled.</summary>
    internal required Tensor? SamplerGap { get; init; }

    /// <summary>Where costs are read: <see cref="Weight"/>, or everywhere for a loss that reads padding, (B, T).</summary>
    internal required Tensor Reach { get; init; }

    /// <summary>The KL estimate per token, with gradient, (B, T); null without a penalty.</summary>
    internal required Tensor? Kl { get; init; }

    /// <param name="inputs">Checked here.</param>
    /// <param name="options">Checked here.</param>
    /// <param name="readsPadding">Whether finite values at padding are kept, for the loss that averages over them.</param>
    /// <remarks>Opens no dispose scope: the caller's holds every temporary until the loss is made.</remarks>
    internal static PolicyTerms Of(PolicyLossInputs inputs, PolicyLossOptions options, bool readsPadding)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(options);
        options.RequireSound();
        var shape = Shapes.Matrix(inputs.LogProbs);
        Shapes.RequireFloat(inputs.LogProbs);
        Shapes.Require(shape.Rows, inputs.Advantages);
        Shapes.Require(shape, inputs.Mask);
        Shapes.RequireBool(inputs.Mask);
        if (options.Beta != 0 && inputs.ReferenceLogProbs is null)
            throw new ArgumentException($"beta is {options.Beta}, but ReferenceLogProbs is missing. Give the reference's log-probabilities, or set beta to 0.", nameof(inputs));
        Tensor givenOld = Required(inputs.OldLogProbs ?? inputs.LogProbs, nameof(inputs.OldLogProbs));
        Tensor? givenReference = options.Beta != 0 ? Required(inputs.ReferenceLogProbs!, nameof(inputs.ReferenceLogProbs)) : null;
        Tensor? givenSampler = inputs.SamplerLogProbs is { } sampled ? Required(sampled, nameof(inputs.SamplerLogProbs)) : null;

        // Padding may hold anything, infinities too; filling it before exp keeps both the value and the gradient finite.
        Tensor padding = inputs.Mask.logical_not();
        Tensor unread = readsPadding ? padding.logical_and(AllFinite(inputs.LogProbs, givenOld, givenReference, givenSampler).logical_not()) : padding;
        Tensor logProbs = inputs.LogProbs.masked_fill(unread, 0.0);
        Tensor old = givenOld.masked_fill(unread, 0.0);
        Tensor weight = inputs.Mask.to(logProbs.dtype);
        Tensor logRatio = logProbs - old;
        Tensor ratio = ImportanceRatio.Compute(logRatio, weight, options.ImportanceSamplingLevel);
        Tensor? sampler = givenSampler?.masked_fill(unread, 0.0);
        return new PolicyTerms
        {
            LogProbs = logProbs,
            Weight = weight,
            Reach = readsPadding ? torch.ones_like(weight) : weight,
            Advantages = inputs.Advantages.detach().to(logProbs.dtype).unsqueeze(1),
            LogRatio = logRatio,
            Ratio = ratio,
            Gate = GateOf(inputs, logProbs, sampler ?? old, options),
            SamplerRatio = sampler is null ? null : options.SamplerCorrection?.Ratio(old - sampler, weight),
            SamplerGap = sampler is null ? null : (old - sampler).abs(),
            Kl = givenReference is null ? null : KlPenalty.PerToken(
                logProbs, givenReference.masked_fill(unread, 0.0), ratio, options.UseBiasCorrectionKl, options.KlClamp),
        };

        Tensor Required(Tensor given, string name)
        {
            Shapes.Require(shape, given, name);
            return given.detach();
        }
    }

    private static Tensor AllFinite(params Tensor?[] tensors) =>
        tensors.OfType<Tensor>().Select(t => t.isfinite()).Aggregate((all, finite) => all.logical_and(finite));

    private static Tensor? GateOf(PolicyLossInputs inputs, Tensor logProbs, Tensor sampler, PolicyLossOptions options)
    {
        Tensor? gate = null;
        if (options.OffPolicyMaskThreshold is { } threshold)
            gate = OffPolicyMask.Keep(logProbs, sampler, inputs.Advantages, inputs.Mask, threshold);
        if (options.TopEntropyQuantile < 1)
        {
            Tensor entropies = inputs.Entropies
                ?? throw new ArgumentException($"top_entropy_quantile is {options.TopEntropyQuantile}, but Entropies is missing. Give the entropies, or set top_entropy_quantile to 1.", nameof(inputs));
            double least = options.Totals?.EntropyThreshold ?? HighEntropyMask.Threshold(entropies, inputs.Mask, options.TopEntropyQuantile);
            Tensor undecided = HighEntropyMask.Above(entropies, inputs.Mask, least);
            gate = gate is null ? undecided : gate.logical_and(undecided);
        }
        return gate?.to(logProbs.dtype);
    }

    /// <summary>A cost weighted by the foreign sampler's ratio, where there is one.</summary>
    internal Tensor SamplerWeighted(Tensor cost) => SamplerRatio is null ? cost : cost * SamplerRatio;

    /// <summary>Gates a cost per token, (B, T) or (B, 1), then adds the penalty, which no gate touches, and spreads it over the tokens read.</summary>
    /// <returns>(B, T), 0 where not read.</returns>
    internal Tensor Penalised(Tensor cost, PolicyLossOptions options)
    {
        Tensor gated = Gate is null ? cost : cost * Gate;
        return (Kl is null ? gated : gated + options.Beta * Kl) * Reach;
    }

    /// <summary>The metrics that do not depend on the loss.</summary>
    internal Dictionary<string, double> Metrics(Tensor? entropies)
    {
        Dictionary<string, double> metrics = [];
        if (Kl is not null)
            metrics["kl"] = Mean(Kl);
        if (entropies is not null)
        {
            Shapes.Require(Shapes.Matrix(Weight), entropies);
            metrics["entropy"] = Mean(entropies.masked_fill(Weight.eq(0.0), 0.0));
        }
        if (SamplerGap is not null)
        {
            metrics["sampling/sampling_logp_difference/mean"] = Mean(SamplerGap);
            metrics["sampling/sampling_logp_difference/max"] = (SamplerGap * Weight).max().ToDouble();
        }
        if (SamplerRatio is not null)
        {
            Tensor counted = SamplerRatio.expand_as(Weight).masked_select(Weight.gt(0.0));
            bool any = counted.numel() > 0;
            metrics["sampling/importance_sampling_ratio/min"] = any ? counted.min().ToDouble() : 0.0;
            metrics["sampling/importance_sampling_ratio/mean"] = Mean(SamplerRatio);
            metrics["sampling/importance_sampling_ratio/max"] = any ? counted.max().ToDouble() : 0.0;
        }
        return metrics;
    }

    /// <summary>The mean over counted tokens, of (B, T), or over completions that have any, of (B, 1); 0 when there are none.</summary>
    internal double Mean(Tensor values)
    {
        using var gradients = torch.no_grad();
        Tensor weight = values.shape[1] == 1 ? Weight.amax([1L], keepdim: true) : Weight;
        return ((values * weight).sum() / weight.sum().clamp_min(1.0)).ToDouble();
    }
}
