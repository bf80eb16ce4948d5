namespace Plumbline.Training.Experiments;

/// <summary>What an ablation or control must show.</summary>
public enum ArmCheck
{
    /// <summary>Nothing is foretold.</summary>
    None,

    /// <summary>The headline judge's mean must not rise by more than noise.</summary>
    NoRise,

    /// <summary>The training reward rises while the headline judge's mean falls, and the warning fires.</summary>
    IsHacked,

    /// <summary>One objective is served at the price of the others: their mean stays below the method's.</summary>
    OthersPay,

    /// <summary>The headline judge's mean lies below the base's.</summary>
    IsWorse,
}
