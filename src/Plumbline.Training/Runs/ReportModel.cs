namespace Plumbline.Training.Runs;

/// <summary>What a report tells. All text is plain; the report escapes it.</summary>
public sealed record ReportModel
{
    /// <summary>The run's name.</summary>
    public required string Title { get; init; }

    /// <summary>The outcome in one sentence; it stands first.</summary>
    public required string Verdict { get; init; }

    /// <summary>Each objective before and after, per judge.</summary>
    public IReadOnlyList<ObjectiveRow> ObjectiveRows { get; init; } = [];

    /// <summary>Prompts with answers before and after.</summary>
    public IReadOnlyList<ReportSample> Samples { get; init; } = [];

    /// <summary>The run's metrics.jsonl, drawn as learning curves; null for no curves.</summary>
    public string? MetricsPath { get; init; }

    /// <summary>The resolved recipe; null to leave it out.</summary>
    public string? RecipeYaml { get; init; }

    /// <summary>Time, tokens, memory.</summary>
    public IReadOnlyList<CostRow> Cost { get; init; } = [];
}
