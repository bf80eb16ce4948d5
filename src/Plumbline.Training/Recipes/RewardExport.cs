namespace Plumbline.Training.Recipes;

/// <summary>What a reward model that was trained as an adapter is written as.</summary>
public enum RewardExport
{
    /// <summary>The adapter and the head, to be laid over the base: a few megabytes, and a policy on the same base shares it.</summary>
    Adapter,

    /// <summary>A whole model with the adapter merged into it.</summary>
    Merged,
}
