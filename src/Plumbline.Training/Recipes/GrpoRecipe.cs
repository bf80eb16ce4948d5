namespace Plumbline.Training.Recipes;

/// <summary>Alignment of a policy with several rewards at once by GRPO.</summary>
public sealed record GrpoRecipe : OnlineRecipe
{
    /// <summary>The algorithm.</summary>
    public GrpoOptions Grpo { get; init; } = new();

    /// <inheritdoc/>
    public override OnlineOptions Algorithm => Grpo;

    /// <inheritdoc/>
    protected override string Section => "grpo";
}
