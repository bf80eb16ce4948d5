namespace Plumbline.Training.Runs;

/// <summary>What a model card states.</summary>
public sealed record ModelCardContent
{
    /// <summary>The model's name: the card's heading.</summary>
    public required string Name { get; init; }

    /// <summary>What the folder holds.</summary>
    public required ModelCardKind Kind { get; init; }

    /// <summary>What was done and why, in a paragraph.</summary>
    public required string Summary { get; init; }

    /// <summary>The hub name or folder of the model it was made from; null when it was trained from scratch.</summary>
    public string? BaseModel { get; init; }

    /// <summary>What the base says of itself; the licence is the base's.</summary>
    public ModelOrigin Origin { get; init; } = new(null, ModelOrigin.UnknownLicense);

    /// <summary>Names on the hub of the data sets it learned from.</summary>
    public IReadOnlyList<string> Datasets { get; init; } = [];

    /// <summary>Tags beside <c>plumbline</c>, such as the method.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The data it learned from, one line each.</summary>
    public IReadOnlyList<string> Data { get; init; } = [];

    /// <summary>The resolved recipe; null to leave it out.</summary>
    public string? RecipeYaml { get; init; }

    /// <summary>Each objective before and after, per judge.</summary>
    public IReadOnlyList<ObjectiveRow> Results { get; init; } = [];

    /// <summary>Other figures, such as a held-out loss or a correlation.</summary>
    public IReadOnlyList<CostRow> Figures { get; init; } = [];

    /// <summary>What the model must not be trusted with, one line each.</summary>
    public IReadOnlyList<string> Limits { get; init; } = [];
}
