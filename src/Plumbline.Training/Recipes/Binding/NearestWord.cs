namespace Plumbline.Training.Recipes.Binding;

/// <summary>Finds the word that a misspelt one was meant to be.</summary>
public static class NearestWord
{
    /// <summary>The candidate with the fewest single-letter edits, or null when even that one is another word (more edits than half its length).</summary>
    /// <param name="word">The word as it was written.</param>
    /// <param name="candidates">The words it may have been meant to be.</param>
    public static string? Find(string word, IEnumerable<string> candidates) =>
        candidates.Select(candidate => (candidate, edits: Distance(word, candidate)))
            .Where(pair => 2 * pair.edits <= Math.Max(word.Length, pair.candidate.Length))
            .OrderBy(pair => pair.edits).Select(pair => pair.candidate).FirstOrDefault();

    /// <summary>Levenshtein's distance: insertions, deletions and replacements that turn one word into the other.</summary>
    internal static int Distance(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (from[i - 1] == to[j - 1] ? 0 : 1)));
        }
        return row[^1];
    }
}
