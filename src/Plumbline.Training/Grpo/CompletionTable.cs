using Plumbline.Core.Advantages;
using Plumbline.Training.Rewards;
using Plumbline.Training.Rollouts;

namespace Plumbline.Training.Grpo;

/// <summary>The completions of one step with every objective's score and the advantage they earned.</summary>
/// <param name="Rollouts">Prompts and completions.</param>
/// <param name="Rewards">Scores by objective.</param>
/// <param name="Advantages">One a completion.</param>
public sealed record CompletionTable(RolloutBatch Rollouts, RewardTable Rewards, IReadOnlyList<double> Advantages);
