namespace Plumbline.Training.Experiments.Results;

/// <summary>A sweep of one weight: what one objective costs in another.</summary>
public sealed record FrontierResult
{
    /// <summary>The objective of the horizontal axis.</summary>
    public required string ObjectiveX { get; init; }

    /// <summary>The objective of the vertical axis.</summary>
    public required string ObjectiveY { get; init; }

    /// <summary>The judge whose scores these are.</summary>
    public string Judge { get; init; } = "";

    /// <summary>The points, one a weight (and other arms, if they are to be seen beside them).</summary>
    public required IReadOnlyList<FrontierPoint> Points { get; init; }

    /// <summary>The area that the points dominate above <see cref="Reference"/>.</summary>
    public double Hypervolume { get; init; }

    /// <summary>The corner from which the hypervolume is counted: (x, y).</summary>
    public IReadOnlyList<double> Reference { get; init; } = [0, 0];
}
