using System.ComponentModel;
using Plumbline.Core.Returns;

namespace Plumbline.Training.Recipes;

/// <summary>Proximal Policy Optimization with a critic (PPO-RLHF). Words and, unless said otherwise, defaults are TRL's.</summary>
public sealed record PpoOptions : OnlineOptions
{
    /// <summary>One completion a prompt, as a critic needs no group, and as many completions a step as GRPO's 8 prompts times 8.</summary>
    public PpoOptions() => (NumGenerations, PromptsPerStep) = (1, 64);

    /// <summary>Passes over the completions of one step.</summary>
    [Description("passes over the completions of one step")]
    public int NumPpoEpochs { get; init; } = 4;

    /// <summary>Updates in each pass; the completions are dealt to them anew every time.</summary>
    [Description("updates in each pass")]
    public int NumMiniBatches { get; init; } = 1;

    /// <summary>What a nat of divergence from the reference costs, in the unit of the scores; 0 keeps no reference.</summary>
    [Description("price of a nat of KL to the reference; 0 = no reference")]
    public double KlCoef { get; init; } = 0.05;

    /// <summary>Which estimate of the divergence is taken from the rewards.</summary>
    [Description("estimate of the KL in the reward")]
    public KlEstimator KlEstimator { get; init; } = KlEstimator.K1;

    /// <summary>Divergence, nats per completion, towards which <see cref="KlCoef"/> is steered; null keeps it fixed. Ziegler et al. (arXiv:1909.08593) use 6.</summary>
    [Description("KL per completion that kl_coef is steered to; null = kl_coef stays")]
    public double? KlTarget { get; init; }

    /// <summary>Completions over which an error of a whole target would double <see cref="KlCoef"/>. Ziegler et al.'s 10,000.</summary>
    [Description("completions over which kl_coef may double")]
    public double KlHorizon { get; init; } = 10_000;

    /// <summary>Half-width ε of the ratio clip, in (0, 1).</summary>
    [Description("half-width of the ratio clip")]
    public double Cliprange { get; init; } = 0.2;

    /// <summary>How far a value may move from its old one, in the unit of the scores; null lets it.</summary>
    [Description("how far a value may move in one step; null = any")]
    public double? CliprangeValue { get; init; } = 0.2;

    /// <summary>Weight of the value loss beside the policy loss.</summary>
    [Description("weight of the value loss")]
    public double VfCoef { get; init; } = 0.1;

    /// <summary>Discount per token γ, in [0, 1].</summary>
    [Description("discount per token")]
    public double Gamma { get; init; } = 1.0;

    /// <summary>λ of the advantage estimate, in [0, 1]: 0 trusts the critic, 1 the rewards seen.</summary>
    [Description("lambda of the advantage estimate: 0 trusts the critic, 1 the rewards")]
    public double Lam { get; init; } = 0.95;

    /// <summary>Whether token rewards, penalty included, are scaled to unit variance over the step.</summary>
    [Description("scale token rewards to unit variance")]
    public bool WhitenRewards { get; init; }

    /// <summary>Whether completions' scores are brought to mean 0 and variance 1 over the step before all else. Ours.</summary>
    [Description("bring scores to mean 0 and variance 1 over the step")]
    public bool WhitenScores { get; init; }

    /// <summary>Taken from the score of a completion that was cut off by its longest length, in the unit of the (whitened) scores; null takes nothing.</summary>
    [Description("taken from the score of completions that did not end; null = nothing")]
    public double? MissingEosPenalty { get; init; }

    /// <summary>The critic's highest learning rate; null takes the policy's. Ours.</summary>
    [Description("learning rate of the critic; null = the policy's")]
    public double? CriticLearningRate { get; init; }

    /// <inheritdoc/>
    public override bool NeedsReference => KlCoef != 0;

    /// <inheritdoc/>
    public override string ReferenceKey => "ppo.kl_coef";

    /// <summary>How rewards become advantages, at the present price of divergence.</summary>
    public PpoReturnOptions ToReturnOptions(double klCoefficient) => new()
    {
        KlCoefficient = klCoefficient,
        KlEstimator = KlEstimator,
        WhitenRewards = WhitenRewards,
        Gamma = Gamma,
        Lambda = Lam,
    };

    /// <inheritdoc/>
    private protected override void Check(FaultList faults)
    {
        base.Check(faults);
        faults.Require(NumGenerations >= 1, NumGenerations, "a prompt has at least one completion. 1 is usual: a critic needs no group.");
        faults.Require(NumPpoEpochs >= 1, NumPpoEpochs, "each step has at least one pass. A usual value is 4.");
        long completions = (long)PromptsPerStep * NumGenerations;
        faults.Require(NumMiniBatches >= 1 && NumMiniBatches <= Math.Max(1, completions), NumMiniBatches, $"it must deal the {completions} completions of a step into parts of at least one. Set it between 1 and {completions}.");
        faults.Require(KlCoef >= 0, KlCoef, "a negative price would drive the policy from its reference. Set it to 0 or more; 0.05 is usual.");
        faults.Require(KlTarget is null or > 0, KlTarget, "a divergence to be held must be above 0. A usual value is 6; leave it out for a fixed kl_coef.");
        faults.Require(KlTarget is null || KlCoef > 0, KlTarget, "kl_coef is 0, and steering multiplies it. Set kl_coef above 0.");
        faults.Require(KlHorizon > 0, KlHorizon, "a number of completions must be above 0. A usual value is 10000.");
        faults.Require(Cliprange is > 0 and < 1, Cliprange, "the clip must lie strictly between 0 and 1. A usual value is 0.2.");
        faults.Require(CliprangeValue is null or > 0, CliprangeValue, "a value that may not move cannot be learnt. A usual value is 0.2; null sets no bound.");
        faults.Require(VfCoef > 0, VfCoef, "a critic without a loss would stay as it is. A usual value is 0.1.");
        faults.Require(Gamma is >= 0 and <= 1, Gamma, "a discount must lie between 0 and 1. 1 is usual: a completion is one act.");
        faults.Require(Lam is >= 0 and <= 1, Lam, "it must lie between 0 and 1. A usual value is 0.95.");
        faults.Require(MissingEosPenalty is null or >= 0, MissingEosPenalty, "a negative penalty would reward endless text. Set it to 0 or more; 1 is usual.");
        faults.Require(CriticLearningRate is null or > 0, CriticLearningRate, "a learning rate must be above 0. Leave it out to have the policy's.");
    }
}
