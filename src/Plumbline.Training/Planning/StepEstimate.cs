using Plumbline.Engine.Segments;
using Plumbline.Training.Experiments;

namespace Plumbline.Training.Planning;

/// <summary>Seconds of a step, from counted operations and a measured speed.</summary>
/// <remarks>
/// A decoded token waits for the slower of its products and the way through all weights; all completions are taken to be as long as they may be. Scores and
/// updates are their operations, and the way through all weights once for every pass there and back. A rough figure: good for a choice, not for a bill.
/// </remarks>
/// <param name="Rollout">Of sampling.</param>
/// <param name="Score">Of reward models.</param>
/// <param name="Update">Of reference and update.</param>
public sealed record StepEstimate(double Rollout, double Score, double Update)
{
    /// <summary>All of it.</summary>
    public double Total => Rollout + Score + Update;

    /// <summary>Estimates.</summary>
    /// <param name="run">The run.</param>
    /// <param name="speed">The machine.</param>
    public static StepEstimate Of(PlannedRun run, MachineSpeed speed)
    {
        var flops = new ModelFlops(run.Policy);
        double length = run.PromptTokens + run.CompletionTokens, context = length / 2, tokens = run.Rows * length, completion = (double)run.Rows * run.CompletionTokens;
        double through = (flops.LinearWeights + (double)run.Policy.VocabSize * run.Policy.HiddenSize) / speed.WeightsPerSecond;
        double decoding = run.CompletionTokens * Math.Max(through, run.Rows * (flops.Trunk(context) + flops.Head) / speed.FlopsPerSecond);
        double prefill = run.Prompts * (double)run.PromptTokens * flops.Trunk(context) / speed.FlopsPerSecond;
        double scoring = run.Rewards.Sum(reward => tokens * new ModelFlops(reward).Trunk(context)) / speed.FlopsPerSecond;
        double pass = (tokens * flops.Trunk(context) + completion * flops.Head) / speed.FlopsPerSecond, passes = run.Epochs * run.Pieces;
        bool recomputes = run.Activations.Mode == ActivationMode.Recompute;
        double roles = run.WithCritic ? 2 : 1, back = ModelFlops.Training(run.Adapter is not null) + (recomputes ? 1 : 0);
        double update = (run.WithReference ? pass + through : 0) + roles * (run.Epochs * back * pass + (ModelMemory.Widens(run.Policy, run.Precision) ? passes * (recomputes ? 3 : 2) * through : 0));
        return new StepEstimate(prefill + decoding, scoring, update);
    }
}
