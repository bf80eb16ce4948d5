namespace Plumbline.Training.Recipes;

/// <summary>A recipe cannot be used; the message lists everything that is wrong with it, so that one edit mends all.</summary>
public sealed class RecipeException : Exception
{
    /// <summary>Makes the exception from its faults.</summary>
    /// <param name="faults">At least one sentence, each saying where, what was wrong, and how to mend it.</param>
    public RecipeException(IReadOnlyList<string> faults)
        : base($"The recipe has {(faults.Count == 1 ? "a fault" : $"{faults.Count} faults")}:{string.Concat(faults.Select(fault => $"\n  - {fault}"))}") =>
        Faults = faults;

    /// <summary>The faults, in the order of the file, then those found by comparing values.</summary>
    public IReadOnlyList<string> Faults { get; }
}
