using System.ComponentModel;

namespace Plumbline.Training.Recipes;

/// <summary>The same small search for every arm's learning rate, so that no baseline is starved.</summary>
public sealed record CompareSearch : IValidated
{
    /// <summary>Factors on <c>optimizer.learning_rate</c> that each arm tries; one alone makes no search.</summary>
    [Description("factors on optimizer.learning_rate each arm tries")]
    public IReadOnlyList<double> Factors { get; init; } = [0.3, 1, 3];

    /// <summary>The share of the budget a trial may spend, in (0, 1].</summary>
    [Description("share of the budget for a trial")]
    public double Fraction { get; init; } = 1;

    /// <summary>Training prompts on which a trial is scored: by the judge between reward and headline where there is one, else by the reward.</summary>
    [Description("training prompts on which a trial is scored")]
    public int Prompts { get; init; } = 128;

    /// <inheritdoc/>
    public IEnumerable<string> Faults(string path)
    {
        var faults = new FaultList(path);
        faults.Require(Factors.Count > 0 && Factors.All(f => f > 0), Factors,
            "factors are numbers above 0, at least one, such as [0.3, 1, 3].");
        faults.Require(Fraction is > 0 and <= 1, Fraction, "a share lies above 0 and is at most 1.");
        faults.Require(Prompts >= 1, Prompts, "a trial is scored on at least one prompt.");
        return faults;
    }
}
