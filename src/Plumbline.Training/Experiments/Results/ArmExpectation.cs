namespace Plumbline.Training.Experiments.Results;

/// <summary>What an ablation or control should show.</summary>
public sealed record ArmExpectation
{
    /// <summary>The expectation, written before the run: "no objective moves", "safety rises, helpfulness falls".</summary>
    public required string Text { get; init; }

    /// <summary>Whether it came true; null where it could not be decided.</summary>
    public bool? Held { get; init; }

    /// <summary>The figures that decide it, one sentence.</summary>
    public string Evidence { get; init; } = "";
}
