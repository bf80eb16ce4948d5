using Plumbline.Training.Rewards;
using Plumbline.Training.Rollouts;

namespace Plumbline.Training.Online;

/// <summary>What an algorithm learns from in one step.</summary>
/// <param name="Number">Counted from 1.</param>
/// <param name="LearningRate">Of this step.</param>
/// <param name="Rollouts">Prompts and completions, those of a prompt side by side.</param>
/// <param name="Rewards">Their scores by objective.</param>
public sealed record OnlineStep(int Number, double LearningRate, RolloutBatch Rollouts, RewardTable Rewards);
