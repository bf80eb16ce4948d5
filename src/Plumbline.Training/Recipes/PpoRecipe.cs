namespace Plumbline.Training.Recipes;

/// <summary>Alignment of a policy with the weighted sum of its rewards by PPO with a critic.</summary>
public sealed record PpoRecipe : OnlineRecipe
{
    /// <summary>The algorithm.</summary>
    public PpoOptions Ppo { get; init; } = new();

    /// <inheritdoc/>
    public override OnlineOptions Algorithm => Ppo;

    /// <inheritdoc/>
    protected override string Section => "ppo";
}
