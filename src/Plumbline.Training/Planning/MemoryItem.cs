namespace Plumbline.Training.Planning;

/// <summary>Memory that a run needs for one thing.</summary>
/// <param name="Role">Whose it is: policy, reference, critic, a reward model, the process.</param>
/// <param name="Part">What it is.</param>
/// <param name="Bytes">How much.</param>
public sealed record MemoryItem(string Role, string Part, long Bytes);
