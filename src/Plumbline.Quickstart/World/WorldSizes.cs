namespace Plumbline.Quickstart.World;

/// <summary>How many rows of each kind <see cref="WorldFiles"/> writes. The defaults suit a run of some minutes on two cores.</summary>
public sealed record WorldSizes
{
    /// <summary>Training prompts, all different.</summary>
    public int TrainPrompts { get; init; } = 2000;

    /// <summary>Held-out prompts, all different.</summary>
    public int HeldOutPrompts { get; init; } = 256;

    /// <summary>Supervised pairs: 400 steps of 64 rows.</summary>
    public int SftRows { get; init; } = 25600;

    /// <summary>Supervised pairs kept for the validation loss.</summary>
    public int SftValidationRows { get; init; } = 512;

    /// <summary>Labelled answers to train the reward model on.</summary>
    public int RewardRows { get; init; } = 40000;

    /// <summary>Labelled answers to validate it on.</summary>
    public int RewardValidationRows { get; init; } = 1200;
}
