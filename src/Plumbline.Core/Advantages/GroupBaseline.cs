namespace Plumbline.Core.Advantages;

/// <summary>With what a completion is compared within its group.</summary>
public enum GroupBaseline
{
    /// <summary>The mean of the whole group, itself included.</summary>
    Mean,

    /// <summary>The mean of the others; where it is divided, by the standard deviation of the others too, and not at all where the others have no spread (NeMo-RL's default).</summary>
    LeaveOneOut,
}
