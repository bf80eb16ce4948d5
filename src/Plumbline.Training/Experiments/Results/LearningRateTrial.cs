namespace Plumbline.Training.Experiments.Results;

/// <summary>One learning rate tried for one arm.</summary>
/// <param name="Arm">The arm's name.</param>
/// <param name="LearningRate">The rate.</param>
/// <param name="Score">What it was judged by, higher is better; NaN where the trial broke down.</param>
/// <param name="Chosen">Whether the arm ran with it.</param>
public sealed record LearningRateTrial(string Arm, double LearningRate, double Score, bool Chosen);
