using System.ComponentModel;
using Plumbline.Core.Losses.Preference;

namespace Plumbline.Training.Recipes;

/// <summary>Direct Preference Optimization. Words and, unless said otherwise, defaults are TRL's.</summary>
public sealed record DpoOptions : IValidated
{
    /// <summary>How strongly the policy is held to its reference, β; above 0.</summary>
    [Description("how strongly the policy is held to its reference")]
    public double Beta { get; init; } = 0.1;

    /// <summary>The losses that are added up; each one of <see cref="PreferenceLosses.Names"/>.</summary>
    [Description("losses that are added up, such as [sigmoid] or [sigmoid, sft]")]
    public IReadOnlyList<string> LossType { get; init; } = ["sigmoid"];

    /// <summary>One weight per loss; empty weighs each 1.</summary>
    [Description("one weight per loss; empty = 1 each")]
    public IReadOnlyList<double> LossWeights { get; init; } = [];

    /// <summary>Share of preferences thought to be flipped, in [0, 0.5); read by robust, exo_pair, aot and aot_unpaired.</summary>
    [Description("share of flipped preferences (robust, exo_pair, aot, aot_unpaired)")]
    public double LabelSmoothing { get; init; }

    /// <summary>The divergence to the reference.</summary>
    [Description("divergence to the reference")]
    public FDivergenceType FDivergenceType { get; init; } = FDivergenceType.ReverseKl;

    /// <summary>α of alpha_divergence.</summary>
    [Description("alpha of alpha_divergence")]
    public double FAlphaDivergenceCoef { get; init; } = 0.5;

    /// <summary>Weight of the tokens that an answer is longer than its rival, in [0, 1]; null counts them whole (LD-DPO).</summary>
    [Description("weight of tokens beyond the shorter answer; null = 1")]
    public double? LdAlpha { get; init; }

    /// <summary>τ of discopop, above 0.</summary>
    [Description("temperature of discopop's modulation")]
    public double DiscopopTau { get; init; } = 0.05;

    /// <summary>Whether pairs weigh as much as they look like the policy's own samples (WPO). Costs a second pass through the model.</summary>
    [Description("weigh pairs by how much they look like the policy's samples (WPO)")]
    public bool UseWeighting { get; init; }

    /// <summary>Whether the reference's log-probabilities are computed once, before the first step. In full fine-tuning no copy of the model is then kept.</summary>
    [Description("compute the reference once, before training")]
    public bool PrecomputeRefLogProbs { get; init; }

    /// <summary>Whether the adapter's dropout is off: its noise would be read as a preference.</summary>
    [Description("switch the adapter's dropout off")]
    public bool DisableDropout { get; init; } = true;

    /// <summary>Whether a step's pairs must be one micro-batch, because a loss compares them with each other.</summary>
    public bool CouplesPairs => LossType.Any(name => PreferenceLosses.CouplesPairs(name, UseWeighting));

    /// <summary>What the loss needs, for a step of that size; null = the call is the step.</summary>
    public PreferenceOptions ToLossOptions(PreferenceTotals? totals = null) => new()
    {
        LossTypes = LossType,
        LossWeights = LossWeights,
        Beta = Beta,
        LabelSmoothing = LabelSmoothing,
        FDivergenceType = FDivergenceType,
        FAlphaDivergenceCoef = FAlphaDivergenceCoef,
        DiscopopTau = DiscopopTau,
        Totals = totals,
    };

    /// <inheritdoc/>
    public IEnumerable<string> Faults(string path)
    {
        var faults = new FaultList(path);
        faults.Require(LdAlpha is null or (>= 0 and <= 1), LdAlpha, "a share of a token's weight lies between 0 and 1. Leave it out to count all tokens whole.");
        return [.. ToLossOptions().Faults(path), .. faults];
    }
}
