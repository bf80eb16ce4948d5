using System.Text;
using Plumbline.Training.Data;

namespace Plumbline.Training.Evaluation;

/// <summary>Parts labelled rows in two halves that share no prompt: one for the reward model, one for the judge that is to check it.</summary>
/// <remarks>A row's half depends on the seed and the text of its prompt alone (of its completion, where prompts are empty), so it is the same in every file and for any order of rows.</remarks>
public static class DisjointHalves
{
    /// <summary>The rows of each half, in their first order.</summary>
    /// <param name="rows">Labelled rows.</param>
    /// <param name="seed">Another seed, another split.</param>
    public static (IReadOnlyList<RewardRow> First, IReadOnlyList<RewardRow> Second) Split(IEnumerable<RewardRow> rows, long seed)
    {
        ILookup<bool, RewardRow> halves = rows.ToLookup(row => IsFirst(row, seed));
        return ([.. halves[true]], [.. halves[false]]);
    }

    /// <summary>Whether a row belongs to the first half.</summary>
    public static bool IsFirst(RewardRow row, long seed)
    {
        ArgumentNullException.ThrowIfNull(row);
        return IsFirst(row.Prompt, row.Completion, seed);
    }

    /// <inheritdoc cref="IsFirst(RewardRow, long)"/>
    public static bool IsFirst(string prompt, string completion, long seed)
    {
        string key = string.IsNullOrWhiteSpace(prompt) ? completion : prompt;
        ulong hash = Mix((ulong)seed + 0x9E3779B97F4A7C15);
        foreach (byte part in Encoding.UTF8.GetBytes(key.Trim()))
            hash = (hash ^ part) * 1099511628211; // FNV-1a
        return Mix(hash) >> 63 == 0;
    }

    // SplitMix64's finaliser: the top bit of the plain hash is not fair.
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
