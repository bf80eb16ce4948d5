namespace Plumbline.Training.Evaluation;

/// <summary>How the independent judge is built. The defaults suit ten thousand rows or so; nothing needs tuning for an evaluation.</summary>
public sealed record JudgeOptions
{
    /// <summary>Seed of everything random in it.</summary>
    public int Seed { get; init; }

    /// <summary>Boosted trees an objective, at least 1.</summary>
    public int Trees { get; init; } = 100;

    /// <summary>Leaves of a tree, at least 2. ML.NET's default is 20.</summary>
    public int Leaves { get; init; } = 16;

    /// <summary>Share of each tree's correction that is kept, in (0, 1]. ML.NET's default is 0.2.</summary>
    public double LearningRate { get; init; } = 0.15;
}
