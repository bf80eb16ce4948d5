namespace Plumbline.Training.Experiments.Results;

/// <summary>In what the arms are equal.</summary>
public enum BudgetKind
{
    /// <summary>Tokens that the policy generates.</summary>
    GeneratedTokens,

    /// <summary>Tokens that updates pass through.</summary>
    TrainedTokens,

    /// <summary>Wall-clock seconds of training.</summary>
    Seconds,
}
