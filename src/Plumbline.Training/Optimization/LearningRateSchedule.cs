using Plumbline.Training.Recipes;

namespace Plumbline.Training.Optimization;

/// <summary>The learning rate of each step.</summary>
public static class LearningRateSchedule
{
    /// <summary>The learning rate of a step.</summary>
    /// <remarks>
    /// With w warm-up steps of n in all: peak · s/w while s is below w (so step 0 of a warm-up has rate 0), then, with p = (s − w)/(n − w),
    /// peak · (1 − p), peak · (1 + cos πp)/2, or peak. A warm-up given as a ratio is rounded up to whole steps.
    /// Source: transformers, <c>optimization.py</c> (linear, cosine with half a cycle, constant_with_warmup). Departure: past the last step
    /// the cosine stays at 0 instead of rising again.
    /// </remarks>
    /// <param name="step">Updates already made, s: 0 for the first update.</param>
    /// <param name="total">Updates in all, n; at least 1.</param>
    /// <param name="options">Peak, course and warm-up.</param>
    /// <returns>The learning rate, in [0, <see cref="OptimizerOptions.LearningRate"/>].</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is negative or <paramref name="total"/> is below 1.</exception>
    public static double At(int step, int total, OptimizerOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfLessThan(total, 1);
        int warmup = options.WarmupSteps > 0 ? options.WarmupSteps : (int)Math.Ceiling(options.WarmupRatio * total);
        if (step < warmup)
            return options.LearningRate * step / warmup;
        double progress = Math.Min(1, (step - warmup) / (double)Math.Max(1, total - warmup));
        return options.LearningRate * options.LrSchedulerType switch
        {
            LrSchedulerType.Linear => 1 - progress,
            LrSchedulerType.Cosine => 0.5 * (1 + Math.Cos(Math.PI * progress)),
            _ => 1,
        };
    }
}
