using System.ComponentModel;
using Plumbline.Engine.Segments;

namespace Plumbline.Training.Recipes;

/// <summary>How long a run trains, in what portions, and how often it reports, evaluates and saves. Words are transformers'.</summary>
public sealed record TrainingOptions : IValidated
{
    /// <summary>Optimiser steps in all; 0 counts by <see cref="NumTrainEpochs"/>.</summary>
    [Description("optimiser steps in all; 0 = by num_train_epochs")]
    public int MaxSteps { get; init; }

    /// <summary>Passes over the training data when <see cref="MaxSteps"/> is 0. transformers' default is 3; 1 shows a result sooner.</summary>
    [Description("passes over the data, when max_steps is 0")]
    public double NumTrainEpochs { get; init; } = 1;

    /// <summary>Rows of one micro-batch in sft and reward; grpo's batch is <c>grpo.prompts_per_step</c> times <c>grpo.num_generations</c> instead.</summary>
    [Description("rows of one micro-batch (sft and reward)")]
    public int PerDeviceTrainBatchSize { get; init; } = 8;

    /// <summary>
    /// Micro-batches whose gradients make one step; in grpo and rloo no micro-batch takes more than this part of the step's tokens, and rows of like length
    /// share one. The result does not depend on it.
    /// </summary>
    [Description("micro-batches that make one step")]
    public int GradientAccumulationSteps { get; init; } = 1;

    /// <summary>What a training pass keeps for its way back; not in reward, whose passes are plain. Exact whichever it is. Ours.</summary>
    [Description("keep (fast), recompute (small) or plain (to compare)")]
    public ActivationMode Activations { get; init; } = ActivationMode.Keep;

    /// <summary>With recompute: tokens of each row that are recomputed at once, for long texts; 0 takes all. Ours.</summary>
    [Description("recompute: tokens at once; 0 = all")]
    public int ActivationWindow { get; init; }

    /// <summary>With keep: layers whose kept activations would exceed so many MiB are recomputed; 0 has no limit. Ours.</summary>
    [Description("keep: layers beyond so many MiB are recomputed; 0 = no limit")]
    public long ActivationBudgetMb { get; init; }

    /// <summary>Steps between two records of metrics. transformers' default is 500, TRL's 10; here a line is cheap.</summary>
    [Description("steps between two records of metrics")]
    public int LoggingSteps { get; init; } = 1;

    /// <summary>Steps between two evaluations; 0 evaluates at the end only.</summary>
    [Description("steps between two evaluations; 0 = only at the end")]
    public int EvalSteps { get; init; }

    /// <summary>Steps between two checkpoints; 0 saves at the end and when interrupted.</summary>
    [Description("steps between two checkpoints; 0 = only at the end or when interrupted")]
    public int SaveSteps { get; init; }

    /// <summary>Checkpoints kept; older ones are removed. transformers keeps all.</summary>
    [Description("checkpoints kept; older ones are removed")]
    public int SaveTotalLimit { get; init; } = 2;

    /// <summary>The run ends, saved, after this time; 0 has no limit. In a recipe <c>time_limit_minutes</c>. Ours.</summary>
    [Description("the run ends, saved, after this time; 0 = no limit")]
    public TimeSpan TimeLimit { get; init; }

    /// <summary>The run ends, saved, once so many completion tokens are sampled; 0 has no limit. Ours.</summary>
    [Description("the run ends, saved, after so many sampled tokens; 0 = no limit")]
    public long MaxGeneratedTokens { get; init; }

    /// <summary>The same for tokens that went through an update. Ours.</summary>
    [Description("the run ends, saved, after so many trained tokens; 0 = no limit")]
    public long MaxTrainedTokens { get; init; }

    /// <summary>What the engine needs.</summary>
    public ActivationOptions ToActivations() => new(Activations, ActivationBudgetMb << 20, ActivationWindow);

    /// <inheritdoc/>
    public IEnumerable<string> Faults(string path)
    {
        var faults = new FaultList(path);
        faults.Require(MaxSteps >= 0, MaxSteps, "steps are counted from 0. Set it above 0, or to 0 to count by num_train_epochs.");
        faults.Require(NumTrainEpochs > 0 || MaxSteps > 0, NumTrainEpochs, "max_steps is 0 too, so nothing would be trained. Set one of them above 0.");
        faults.Require(PerDeviceTrainBatchSize >= 1, PerDeviceTrainBatchSize, "a batch holds at least one row. Set it to 1 or more.");
        faults.Require(GradientAccumulationSteps >= 1, GradientAccumulationSteps, "a step has at least one micro-batch. Set it to 1 or more.");
        faults.Require(ActivationBudgetMb >= 0, ActivationBudgetMb, "memory is not negative. Set it to 0 for no limit.");
        faults.Require(ActivationBudgetMb <= 0 || Activations == ActivationMode.Keep, ActivationBudgetMb, "only activations: keep obeys a budget. Set the one to 0 or the other to keep.");
        faults.Require(ActivationWindow >= 0, ActivationWindow, "tokens are not negative. Set it to 0 to recompute all at once.");
        faults.Require(ActivationWindow <= 0 || Activations == ActivationMode.Recompute, ActivationWindow, "only activations: recompute goes by windows. Set the one to 0 or the other to recompute.");
        faults.Require(LoggingSteps >= 1, LoggingSteps, "metrics are recorded every so many steps. Set it to 1 or more.");
        faults.Require(EvalSteps >= 0, EvalSteps, "steps are counted from 0. Set it above 0, or to 0 to evaluate at the end only.");
        faults.Require(SaveSteps >= 0, SaveSteps, "steps are counted from 0. Set it above 0, or to 0 to save at the end only.");
        faults.Require(SaveTotalLimit >= 1, SaveTotalLimit, "the last checkpoint is always kept. Set it to 1 or more.");
        faults.Require(MaxGeneratedTokens >= 0, MaxGeneratedTokens, "a number of tokens is not negative. Set it to 0 for no limit.");
        faults.Require(MaxTrainedTokens >= 0, MaxTrainedTokens, "a number of tokens is not negative. Set it to 0 for no limit.");
        if (TimeLimit < TimeSpan.Zero)
            return [.. faults, $"{path}.time_limit_minutes is {TimeLimit.TotalMinutes}, but a time is not negative. Set it above 0, or to 0 for no limit."];
        return faults;
    }
}
