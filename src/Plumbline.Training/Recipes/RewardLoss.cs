namespace Plumbline.Training.Recipes;

/// <summary>How far a score is from its label.</summary>
public enum RewardLoss
{
    /// <summary>Squared error.</summary>
    Mse,

    /// <summary>Squared error near the label, absolute beyond <see cref="RewardOptions.HuberDelta"/>.</summary>
    Huber,

    /// <summary>Cross-entropy of the sigmoid of the score; labels in [0, 1].</summary>
    Logistic,
}
