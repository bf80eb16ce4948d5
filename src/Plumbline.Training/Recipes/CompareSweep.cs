using System.ComponentModel;

namespace Plumbline.Training.Recipes;

/// <summary>GRPO again with one objective's weight at several values: what is won on it against what is lost on another.</summary>
public sealed record CompareSweep : IValidated
{
    /// <summary>The objective whose weight varies; null makes no sweep.</summary>
    [Description("objective whose weight varies; null = no sweep")]
    public string? Objective { get; init; }

    /// <summary>The objective it is weighed against, the other axis of the frontier.</summary>
    [Description("objective on the frontier's other axis")]
    public string? Against { get; init; }

    /// <summary>Factors on the weight that the main arm has, which is itself the point 1.</summary>
    [Description("factors on the weight; 1 is the main arm")]
    public IReadOnlyList<double> Factors { get; init; } = [0.25, 4];

    /// <inheritdoc/>
    public IEnumerable<string> Faults(string path)
    {
        var faults = new FaultList(path);
        if (Objective is not null)
            faults.Given(Against, "Name the objective on the other axis.");
        faults.Require(Factors.All(f => f is >= 0 and not 1), Factors,
            "factors are numbers not below 0; 1 is the main arm already.");
        return faults;
    }
}
