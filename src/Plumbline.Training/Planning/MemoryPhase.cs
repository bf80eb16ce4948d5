namespace Plumbline.Training.Planning;

/// <summary>What a part of a step needs beside what is always held; it is given back before the next part.</summary>
/// <param name="Name">The part: rollout, score, update.</param>
/// <param name="Items">What it needs.</param>
public sealed record MemoryPhase(string Name, IReadOnlyList<MemoryItem> Items)
{
    /// <summary>All of it.</summary>
    public long Bytes => Items.Sum(item => item.Bytes);
}
