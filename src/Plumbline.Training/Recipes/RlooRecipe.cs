namespace Plumbline.Training.Recipes;

/// <summary>Alignment of a policy with several rewards at once by REINFORCE leave-one-out.</summary>
public sealed record RlooRecipe : OnlineRecipe
{
    /// <summary>The algorithm.</summary>
    public RlooOptions Rloo { get; init; } = new();

    /// <inheritdoc/>
    public override OnlineOptions Algorithm => Rloo;

    /// <inheritdoc/>
    protected override string Section => "rloo";
}
