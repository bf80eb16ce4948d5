using Plumbline.Training.Experiments.Results;

namespace Plumbline.Training.Experiments;

/// <summary>An arm as it is to be run.</summary>
public sealed record ArmPlan
{
    /// <summary>Its key in recipe and folders.</summary>
    public required string Key { get; init; }

    /// <summary>Its name in tables.</summary>
    public required string Name { get; init; }

    /// <summary>How it comes to its model.</summary>
    public required ArmAlgorithm Algorithm { get; init; }

    /// <summary>What it is there for.</summary>
    public required ArmKind Kind { get; init; }

    /// <summary>One sentence.</summary>
    public string Description { get; init; } = "";

    /// <summary>Overrides <c>key=value</c> of its recipe.</summary>
    public IReadOnlyList<string> Sets { get; init; } = [];

    /// <summary>What it must show.</summary>
    public ArmCheck Check { get; init; }

    /// <summary>The reward model takes the place of the ground's own: its name among <see cref="ExperimentGround.Extras"/>.</summary>
    public string? RewardExtra { get; init; }

    /// <summary>The objective that varies, and its factor; for ablations of weights.</summary>
    public (string Objective, double Factor)? Sweep { get; init; }

    /// <summary>Whether anything is trained.</summary>
    public bool Trains => Algorithm is not (ArmAlgorithm.Base or ArmAlgorithm.RandomText);

    /// <summary>Whether it runs with every seed, and has a search of its own.</summary>
    public bool IsMain => Kind is ArmKind.Base or ArmKind.Baseline or ArmKind.Method;

    /// <summary>Whether it learns from pairs.</summary>
    public bool NeedsPairs => Algorithm is ArmAlgorithm.Sft or ArmAlgorithm.Dpo;
}
