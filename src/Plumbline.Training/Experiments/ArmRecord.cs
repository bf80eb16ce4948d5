using Plumbline.Training.Experiments.Results;

namespace Plumbline.Training.Experiments;

/// <summary>A finished arm of one seed, as kept in its folder, so that it is not run again.</summary>
/// <param name="Run">Its figures.</param>
/// <param name="Findings">What is to be said of it.</param>
/// <param name="Answers">Its answers to the sample prompts.</param>
/// <param name="Hacked">Whether the warning of reward hacking fired.</param>
internal sealed record ArmRecord(ArmRun Run, IReadOnlyList<ExperimentFinding> Findings, IReadOnlyList<string> Answers, bool Hacked);
