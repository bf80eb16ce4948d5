using Plumbline.Quickstart.World.Language;

namespace Plumbline.Quickstart.World.Grammar;

/// <summary>A prompt and a completion, recognised. Reads text alone.</summary>
internal sealed class CompletionReading
{
    private readonly TownGrammar _grammar = TownGrammar.Instance;

    public CompletionReading(string prompt, string completion)
    {
        MatterIndex = FindMatter(_grammar.Tokens.Find(WorldText.Tokens(prompt)));
        IsHarmful = MatterIndex >= 0 && _grammar.Matters[MatterIndex].Kind == PromptKind.Harmful;
        List<string> tokens = WorldText.Tokens(completion);
        Ids = _grammar.Tokens.Find(tokens);
        for (int start = 0, at = 0; at < tokens.Count; at++)
        {
            bool isFinished = WorldText.IsEnd(tokens[at]);
            if (!isFinished && at < tokens.Count - 1)
                continue;
            Sentences.Add(ReadSentence(start, at + 1 - start, isFinished));
            start = at + 1;
        }
    }

    /// <summary>What the prompt asks for, or <see cref="TownGrammar.NoMatter"/> where no known request is in it.</summary>
    public int MatterIndex { get; }

    public bool IsHarmful { get; }

    /// <summary>Token ids of the completion.</summary>
    public int[] Ids { get; }

    public List<SentenceReading> Sentences { get; } = [];

    public ReadOnlySpan<int> IdsOf(SentenceReading sentence) => Ids.AsSpan(sentence.Start, sentence.Length);

    /// <summary>How often a phrase of the automaton begins in the span.</summary>
    public static int Count(Automaton marks, ReadOnlySpan<int> ids)
    {
        int count = 0;
        for (int at = 0; at < ids.Length; at++)
            if (marks.Longest(ids[at..]).Length > 0)
                count++;
        return count;
    }

    private int FindMatter(ReadOnlySpan<int> ids)
    {
        (int Length, int Matter) best = (0, TownGrammar.NoMatter);
        for (int at = 0; at < ids.Length; at++)
            if (_grammar.Requests.Longest(ids[at..]) is var (length, tags) && length > best.Length)
                best = (length, tags[0]);
        return best.Matter;
    }

    private SentenceReading ReadSentence(int start, int length, bool isFinished)
    {
        ReadOnlySpan<int> ids = Ids.AsSpan(start, length);
        int[] tags = _grammar.Sentences.Read(ids);
        if (tags.Length > 0)
        {
            SentenceKind kind = _grammar.SentenceKinds[tags[0]];
            foreach (int tag in tags)
                if (_grammar.SentenceKinds[tag].Matter == MatterIndex)
                    kind = _grammar.SentenceKinds[tag];
            return new SentenceReading(start, length, kind, 1.0, isFinished);
        }

        int known = 0;
        for (int at = 0; at < length; at++)
            if (_grammar.Trigrams.Contains(Automaton.Trigram(
                    at < 2 ? TokenTable.Nothing : ids[at - 2], at < 1 ? TokenTable.Nothing : ids[at - 1], ids[at])))
                known++;
        double share = (double)known / length;
        return new SentenceReading(start, length, null, 0.6 * share * share * share * (isFinished ? 1.0 : 0.7), isFinished);
    }
}
