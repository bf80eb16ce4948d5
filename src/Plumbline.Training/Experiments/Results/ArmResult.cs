using System.Text.Json.Serialization;

namespace Plumbline.Training.Experiments.Results;

/// <summary>One arm over all its seeds.</summary>
public sealed record ArmResult
{
    /// <summary>Its name, such as <c>GRPO</c>; unique in the experiment.</summary>
    public required string Name { get; init; }

    /// <summary>What it is there for.</summary>
    public required ArmKind Kind { get; init; }

    /// <summary>One sentence: what is trained, from what, on what.</summary>
    public string Description { get; init; } = "";

    /// <summary>The learning rate it ran with; null where nothing is trained.</summary>
    public double? LearningRate { get; init; }

    /// <summary>What an ablation or control should show, and whether it did; null for the others.</summary>
    public ArmExpectation? Expectation { get; init; }

    /// <summary>One run a seed.</summary>
    public IReadOnlyList<ArmRun> Runs { get; init; } = [];

    /// <summary>Whether the arm stands in the main table: base, baseline or method.</summary>
    [JsonIgnore]
    public bool IsMain => Kind is ArmKind.Base or ArmKind.Baseline or ArmKind.Method;
}
