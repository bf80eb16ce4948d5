namespace Plumbline.Training.Recipes;

/// <summary>By what the advantage of a completion is divided; the words are TRL's.</summary>
public enum ScaleRewards
{
    /// <summary>The spread of its group's rewards.</summary>
    Group,

    /// <summary>The spread of all rewards of the step.</summary>
    Batch,

    /// <summary>Nothing.</summary>
    None,
}
