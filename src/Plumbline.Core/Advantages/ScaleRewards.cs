namespace Plumbline.Core.Advantages;

/// <summary>What a centred reward is divided by (TRL's <c>scale_rewards</c>).</summary>
public enum ScaleRewards
{
    /// <summary>The standard deviation of the row's own group.</summary>
    Group,

    /// <summary>The standard deviation of the whole batch; the mean stays the group's.</summary>
    Batch,

    /// <summary>Nothing: advantages keep the rewards' unit (Dr. GRPO, arXiv:2503.20783).</summary>
    None,
}
