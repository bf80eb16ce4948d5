using System.Text.Json.Serialization;

namespace Plumbline.Training.Experiments.Results;

/// <summary>What one arm spent in one seed. Null is not measured, or, for a cost to the target, never reached.</summary>
public sealed record ArmCost
{
    /// <summary>Wall-clock seconds of sampling.</summary>
    public double RolloutSeconds { get; init; }

    /// <summary>Wall-clock seconds of reward scoring.</summary>
    public double ScoringSeconds { get; init; }

    /// <summary>Wall-clock seconds of forward, backward and optimiser.</summary>
    public double UpdateSeconds { get; init; }

    /// <summary>Wall-clock seconds of the rest: loading, logging, making pairs.</summary>
    public double OtherSeconds { get; init; }

    /// <summary>Processor seconds, all cores.</summary>
    public double? ProcessorSeconds { get; init; }

    /// <summary>Greatest resident memory, bytes.</summary>
    public long? PeakMemoryBytes { get; init; }

    /// <summary>Resident memory before the arm began, bytes.</summary>
    public long? RestingMemoryBytes { get; init; }

    /// <summary>Parameters in memory: policy, reference, critic, reward model.</summary>
    public long? ParametersHeld { get; init; }

    /// <summary>Parameters that receive gradients.</summary>
    public long? ParametersTrained { get; init; }

    /// <summary>Numbers of optimiser state.</summary>
    public long? ParametersOptimised { get; init; }

    /// <summary>Tokens the policy generated.</summary>
    public long TokensGenerated { get; init; }

    /// <summary>Tokens that updates passed through.</summary>
    public long TokensTrained { get; init; }

    /// <summary>Floating-point operations, counted analytically.</summary>
    public double? Flops { get; init; }

    /// <summary>The training reward that the cost to the target is asked for; null where none was set.</summary>
    public double? TargetReward { get; init; }

    /// <summary>Seconds until the target reward was reached.</summary>
    public double? SecondsToTarget { get; init; }

    /// <summary>Generated tokens until the target reward was reached.</summary>
    public double? TokensToTarget { get; init; }

    /// <summary>All wall-clock seconds.</summary>
    [JsonIgnore]
    public double Seconds => RolloutSeconds + ScoringSeconds + UpdateSeconds + OtherSeconds;

    /// <summary>Peak memory above the resting level, bytes.</summary>
    [JsonIgnore]
    public long? MemoryBytes => PeakMemoryBytes - RestingMemoryBytes;
}
