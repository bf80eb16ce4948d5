using Plumbline.Training.Policies;
using Plumbline.Training.Rewards;
using Plumbline.Training.Rollouts;

namespace Plumbline.Training.Online;

/// <summary>What an online trainer is joined of. The trainer takes ownership of policy and rewards.</summary>
/// <param name="Policy">Trained.</param>
/// <param name="Rollouts">Samples the policy.</param>
/// <param name="Rewards">Scores completions.</param>
/// <param name="Weights">One an objective.</param>
/// <param name="Prompts">Which prompts each step takes.</param>
public sealed record OnlineParts(Policy Policy, IRolloutSource Rollouts, IRewardSource Rewards, IReadOnlyList<double> Weights, PromptSchedule Prompts)
{
    /// <summary>Held-out prompts.</summary>
    public IReadOnlyList<Prompt> EvaluationPrompts { get; init; } = [];

    /// <summary>Shown the completions of every step.</summary>
    public Action<int, CompletionTable>? OnCompletions { get; init; }
}
