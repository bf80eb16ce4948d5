using System.ComponentModel;
using Plumbline.Models.Quantization;
using Plumbline.Training.Optimization;

namespace Plumbline.Training.Recipes;

/// <summary>AdamW and the course of its learning rate. Words and, unless said otherwise, defaults are transformers'.</summary>
public sealed record OptimizerOptions : IValidated
{
    /// <summary>The word for a state in 8 bits.</summary>
    public const string Packed = "adamw_8bit";

    private const string Full = "adamw_torch";

    /// <summary>How AdamW's state is held: <c>adamw_torch</c>, float32, or <c>adamw_8bit</c>, in 8 bits a number.</summary>
    [Description("AdamW's state: adamw_torch = float32, adamw_8bit = a quarter of the memory")]
    public string Optim { get; init; } = Full;

    /// <summary>Whether the state is held in the processor's memory while the model is on a GPU. Ours.</summary>
    [Description("keep AdamW's state in the processor's memory while the model is on a GPU")]
    public bool Offload { get; init; }

    /// <summary>Highest learning rate, per step. Each recipe states its own default: sft 2e-4, reward 1e-3, grpo 1e-5.</summary>
    [Description("highest learning rate")]
    public double LearningRate { get; init; } = 1e-5;

    /// <summary>Decay of AdamW's mean of gradients, in [0, 1).</summary>
    [Description("decay of AdamW's mean of gradients")]
    public double AdamBeta1 { get; init; } = 0.9;

    /// <summary>Decay of AdamW's mean of squared gradients, in [0, 1).</summary>
    [Description("decay of AdamW's mean of squared gradients")]
    public double AdamBeta2 { get; init; } = 0.999;

    /// <summary>Added to the root of AdamW's mean of squares; in units of the gradient.</summary>
    [Description("added to AdamW's denominator")]
    public double AdamEpsilon { get; init; } = 1e-8;

    /// <summary>Decoupled weight decay, a fraction of a weight per step and unit of learning rate.</summary>
    [Description("decoupled weight decay")]
    public double WeightDecay { get; init; }

    /// <summary>Longest global gradient norm; longer gradients are scaled down to it. 0 leaves them as they are.</summary>
    [Description("gradients are scaled down to this norm; 0 = never")]
    public double MaxGradNorm { get; init; } = 1.0;

    /// <summary>The course after warm-up.</summary>
    [Description("course of the learning rate after warm-up")]
    public LrSchedulerType LrSchedulerType { get; init; } = LrSchedulerType.Linear;

    /// <summary>Steps over which the learning rate rises from 0; goes before <see cref="WarmupRatio"/>.</summary>
    [Description("steps over which the learning rate rises from 0")]
    public int WarmupSteps { get; init; }

    /// <summary>The same as a fraction of all steps, in [0, 1).</summary>
    [Description("the same as a fraction of all steps, when warmup_steps is 0")]
    public double WarmupRatio { get; init; }

    /// <summary>Bytes of state for each trained number: two of float32, or two of a byte with a scale for every 256.</summary>
    public double StateBytes => Optim == Packed ? 2 * (1 + 4.0 / DynamicBlocks.Size) : 8;

    /// <summary>The optimiser of these settings over the given weights.</summary>
    public AdamW Create(IReadOnlyList<KeyValuePair<string, Tensor>> parameters) =>
        new(parameters, AdamBeta1, AdamBeta2, AdamEpsilon, WeightDecay, packed: Optim == Packed, offloaded: Offload);

    /// <inheritdoc/>
    public IEnumerable<string> Faults(string path)
    {
        var faults = new FaultList(path);
        faults.Require(Optim is Full or Packed, Optim, $"it must be {Full} or {Packed}.");
        faults.Require(LearningRate > 0, LearningRate, "a learning rate must be above 0. Usual values lie between 1e-6 and 1e-3.");
        faults.Require(AdamBeta1 is >= 0 and < 1, AdamBeta1, "a decay must be at least 0 and below 1. A usual value is 0.9.");
        faults.Require(AdamBeta2 is >= 0 and < 1, AdamBeta2, "a decay must be at least 0 and below 1. A usual value is 0.999.");
        faults.Require(AdamEpsilon > 0, AdamEpsilon, "it keeps a denominator from 0, so it must be above 0. A usual value is 1e-8.");
        faults.Require(WeightDecay >= 0, WeightDecay, "weights that grow by themselves do not train. Set it to 0 or more.");
        faults.Require(MaxGradNorm >= 0, MaxGradNorm, "a norm is not negative. Set it to 1, or to 0 for no clipping.");
        faults.Require(WarmupSteps >= 0, WarmupSteps, "steps are counted from 0. Set it to 0 or more.");
        faults.Require(WarmupRatio is >= 0 and < 1, WarmupRatio, "a fraction of the run must be at least 0 and below 1.");
        return faults;
    }
}
