namespace Plumbline.Training.Experiments.Results;

/// <summary>What each arm may spend in one seed.</summary>
public sealed record ExperimentBudget
{
    /// <summary>The unit in which arms are equal.</summary>
    public BudgetKind Kind { get; init; }

    /// <summary>How much: tokens or seconds.</summary>
    public double Amount { get; init; }
}
