namespace Plumbline.Training.Experiments.Results;

/// <summary>What an arm is there for.</summary>
public enum ArmKind
{
    /// <summary>The model before any alignment.</summary>
    Base,

    /// <summary>What one would do without reinforcement learning, such as SFT.</summary>
    Baseline,

    /// <summary>An alignment method: GRPO, PPO, DPO, RLOO.</summary>
    Method,

    /// <summary>A method with one part changed or taken away.</summary>
    Ablation,

    /// <summary>A run that must fail in a known way, or the experiment shows nothing.</summary>
    Control,
}
