namespace Plumbline.Training.Runs;

/// <summary>A reason why a run does not learn.</summary>
/// <param name="Key">Names the kind (and the objective), so that one finding is told once while it lasts.</param>
/// <param name="Text">One sentence: what is seen, why it stops learning, what to try.</param>
public sealed record RunFinding(string Key, string Text);
