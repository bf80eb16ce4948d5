using Plumbline.Core.Statistics;

namespace Plumbline.Training.Evaluation.Judging;

/// <summary>Hand-made figures of a row: form, length, repetition, familiarity, and how answer and prompt belong together.</summary>
internal static class RelationFeatures
{
    private const double Kindred = 1.0; // words that meet e times as often as by chance

    private static readonly HashSet<string> Connectors = ["first", "second", "third", "then", "next", "after", "finally", "last", "lastly", "step"];

    /// <summary>How many figures there are.</summary>
    public const int Count = 24;

    /// <summary>The figures of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="counts">What the training texts hold.</param>
    /// <param name="own">1 where the row is itself among those texts, else 0.</param>
    public static float[] Of(JudgedText row, TextCounts counts, int own)
    {
        string[] tokens = row.Completion, words = [.. tokens.Where(JudgeText.IsWord)];
        int[] pairs = [.. row.Runs(2).Select(key => counts.Count(key, own))], triples = [.. row.Runs(3).Select(key => counts.Count(key, own))];
        string[] asked = counts.PromptContent(row), said = counts.CompletionContent(row);
        double[] ofSaid = [.. said.Select(c => asked.Length == 0 ? 0 : asked.Max(p => counts.Affinity(p, c, own)))];
        double[] ofAsked = [.. asked.Select(p => said.Length == 0 ? 0 : said.Max(c => counts.Affinity(p, c, own)))];
        HashSet<string> inPrompt = [.. row.Prompt];
        double[] features =
        [
            Math.Log(1 + words.Length),
            words.Length == 0 ? 0 : words.Average(w => w.Length),
            tokens.Count(JudgeText.IsEnd),
            tokens.Length > 0 && JudgeText.IsEnd(tokens[^1]) ? 1 : 0,
            tokens.Length - words.Length,
            words.Length == 0 ? 0 : DistinctNgrams.Share([words], 1),
            DistinctNgrams.RepeatedShare(tokens, 2),
            DistinctNgrams.RepeatedShare(tokens, 4),
            Share(pairs, c => c == 0),
            Share(triples, c => c == 0),
            triples.Count(c => c == 0),
            Share(triples, c => c <= 2),
            triples.Length == 0 ? 0 : triples.Average(c => Math.Log(1 + c)),
            Mean(ofSaid),
            Share(ofSaid, a => a > Kindred),
            Share(ofSaid, a => a <= 0),
            ofSaid.Count(a => a > Kindred),
            ofSaid.Count(a => a <= 0),
            Mean(ofAsked),
            Share(ofAsked, a => a > Kindred),
            Share(asked, inAnswer => tokens.Contains(inAnswer)),
            Share(words, inPrompt.Contains),
            words.Count(Connectors.Contains),
            row.Refusal,
        ];
        return [.. features.Select(f => (float)f)];
    }

    private static double Share<T>(T[] values, Func<T, bool> holds) => values.Length == 0 ? 0 : (double)values.Count(holds) / values.Length;

    private static double Mean(double[] values) => values.Length == 0 ? 0 : values.Average();
}
