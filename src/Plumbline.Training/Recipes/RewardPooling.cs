namespace Plumbline.Training.Recipes;

/// <summary>How the states of a row become one.</summary>
public enum RewardPooling
{
    /// <summary>The mean over the row's tokens.</summary>
    Mean,

    /// <summary>The state of the last token, as transformers' sequence classification takes it.</summary>
    Last,
}
