using System.ComponentModel;
using Plumbline.Training.Experiments.Results;

namespace Plumbline.Training.Recipes;

/// <summary>What every arm may spend.</summary>
public sealed record CompareBudget : IValidated
{
    /// <summary>What is counted.</summary>
    [Description("what is counted alike for all arms")]
    public BudgetKind Kind { get; init; } = BudgetKind.GeneratedTokens;

    /// <summary>How much of it, in tokens or seconds.</summary>
    [Description("how much of it, tokens or seconds")]
    public double Amount { get; init; } = 150_000;

    /// <summary>The budget of an ablation or a control, as a share.</summary>
    [Description("share of it for ablations and controls")]
    public double AblationFraction { get; init; } = 1;

    /// <inheritdoc/>
    public IEnumerable<string> Faults(string path)
    {
        var faults = new FaultList(path);
        faults.Require(Amount > 0, Amount, "an arm that may spend nothing learns nothing. Set it above 0.");
        faults.Require(AblationFraction is > 0 and <= 1, AblationFraction, "a share lies above 0 and is at most 1.");
        return faults;
    }
}
