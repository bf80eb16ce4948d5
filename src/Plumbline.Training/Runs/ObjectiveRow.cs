namespace Plumbline.Training.Runs;

/// <summary>One objective before and after training, on held-out prompts, as one judge sees it.</summary>
/// <param name="Name">The objective.</param>
/// <param name="Before">Its mean for the model that training began with.</param>
/// <param name="After">Its mean for the trained model.</param>
/// <param name="Judge">Who measured: <c>oracle</c>, <c>reward model</c>, ...</param>
public sealed record ObjectiveRow(string Name, double Before, double After, string Judge)
{
    /// <summary>Spread of the mean before (such as its standard error), or null when not measured.</summary>
    public double? BeforeSpread { get; init; }

    /// <summary>Spread of the mean after, or null when not measured.</summary>
    public double? AfterSpread { get; init; }
}
