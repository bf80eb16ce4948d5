namespace Plumbline.Training.Experiments;

/// <summary>How an arm comes to its model.</summary>
public enum ArmAlgorithm
{
    /// <summary>Nothing is trained.</summary>
    Base,

    /// <summary>Supervised on the preferred answers.</summary>
    Sft,

    /// <summary>Group Relative Policy Optimization.</summary>
    Grpo,

    /// <summary>Proximal Policy Optimization with a critic.</summary>
    Ppo,

    /// <summary>Direct Preference Optimization.</summary>
    Dpo,

    /// <summary>REINFORCE, leave one out.</summary>
    Rloo,

    /// <summary>No model: words drawn at random.</summary>
    RandomText,
}
