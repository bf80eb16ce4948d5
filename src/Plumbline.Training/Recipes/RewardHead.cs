namespace Plumbline.Training.Recipes;

/// <summary>How a reward model's head is fitted.</summary>
public enum RewardHead
{
    /// <summary>By gradient descent, together with the trunk or its adapter.</summary>
    Regression,

    /// <summary>In closed form, by ridge regression on the states of a frozen trunk.</summary>
    Ridge,
}
