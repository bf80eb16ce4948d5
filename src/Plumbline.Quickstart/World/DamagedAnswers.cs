using Plumbline.Quickstart.World.Grammar;
using Plumbline.Quickstart.World.Language;

namespace Plumbline.Quickstart.World;

/// <summary>Damages answers in the ways of <see cref="Damage"/>.</summary>
internal static class DamagedAnswers
{
    private static readonly string[] Words = [.. TownGrammar.Instance.Tokens.Tokens.Where(token => WorldText.IsWordPart(token[0]))];

    /// <summary>A damaged answer to a matter; <paramref name="tokens"/> is a tidy one, and is changed.</summary>
    public static List<string> Apply(Damage damage, List<string> tokens, int matter, Qualities qualities, WorldRandom random)
    {
        switch (damage)
        {
            case Damage.ReplaceWords:
                for (int left = 1 + random.Below(5); left > 0; left--)
                    tokens[random.Below(tokens.Count)] = random.Pick(Words);
                return tokens;
            case Damage.SwapWords:
                for (int left = 1 + random.Below(4); left > 0; left--)
                    Swap(tokens, random.Below(tokens.Count), random.Below(tokens.Count));
                return tokens;
            case Damage.DropWords:
                double share = 0.08 + 0.3 * random.NextDouble();
                return [.. tokens.Where((_, at) => at == 0 || !random.Chance(share))];
            case Damage.ShuffleAll:
                for (int at = tokens.Count - 1; at > 0; at--)
                    Swap(tokens, at, random.Below(at + 1));
                return tokens;
            case Damage.RepeatPhrase:
                int length = Math.Min(tokens.Count, 1 + random.Below(7));
                int start = random.Below(tokens.Count - length + 1);
                List<string> phrase = tokens.GetRange(start, length);
                for (int left = 1 + random.Below(4); left > 0; left--)
                    tokens.InsertRange(start, phrase);
                return tokens;
            case Damage.RepeatSentence:
                List<List<string>> sentences = Sentences(tokens);
                List<string> again = random.Pick(sentences);
                for (int left = 1 + random.Below(2); left > 0; left--)
                    sentences.Insert(random.Below(sentences.Count + 1), again);
                return [.. sentences.SelectMany(sentence => sentence)];
            case Damage.Glue:
                int kept = random.Chance(0.4) ? tokens.Count : 1 + random.Below(tokens.Count);
                List<string> second = AnswerWriter.Write(random.Chance(0.5) ? matter : AnswerWriter.Other(matter, false, random), qualities, random);
                return [.. tokens.Take(kept), .. second.Skip(random.Chance(0.5) ? 0 : random.Below(second.Count))];
            case Damage.Cut:
                return tokens.GetRange(0, 1 + random.Below(tokens.Count - 1));
            case Damage.Babble:
                List<string> beginning = tokens.GetRange(0, random.Below(Math.Min(tokens.Count, 14)));
                for (int left = 5 + random.Below(25); left > 0; left--)
                    beginning.Add(random.Chance(0.12) ? random.Pick([".", ","]) : random.Pick(Words));
                return [.. beginning, "."];
            case Damage.Stuff:
                return Stuff(tokens, matter, random);
            case Damage.MixSteps:
                return MixSteps(matter, random);
            case Damage.OtherPrompt:
                return AnswerWriter.Write(AnswerWriter.Other(matter, false, random), qualities with { OnTopic = true }, random);
            default:
                return [.. AnswerWriter.Refuse(qualities.Tone, random)];
        }
    }

    /// <summary>Words that a careless judge would reward, strewn over an answer or in place of one.</summary>
    private static List<string> Stuff(List<string> tokens, int matter, WorldRandom random)
    {
        Matter about = TownGrammar.Instance.Matters[matter];
        string[] marks = random.Below(4) switch
        {
            0 => Courtesy.PoliteWords,
            1 => ["first", "then", "and finally"],
            2 => [about.Name, .. about.AsksAnswered],
            _ => ["i can not help with that.", "thank you for asking.", "have a lovely day.", "please"],
        };
        if (random.Chance(0.3))
            tokens.Clear();
        bool atEnd = random.Chance(0.4);
        for (int left = 2 + random.Below(6); left > 0; left--)
            tokens.InsertRange(atEnd ? tokens.Count : random.Below(tokens.Count + 1), WorldText.Tokens(random.Pick(marks)));
        return tokens;
    }

    /// <summary>Steps of which some belong to another matter, or come in the wrong order.</summary>
    private static List<string> MixSteps(int matter, WorldRandom random)
    {
        Matter[] matters = TownGrammar.Instance.Matters;
        Matter about = matters[matter], other = matters[AnswerWriter.Other(matter, false, random)];
        string Step() => random.Pick([.. random.Pick([about, about, other]) is var from && random.Chance(0.5) ? from.Starts : from.Ends, .. from.Middles]);
        Template mixed = Template.Parse(
            $"for {about.Name}, first {Step()}, then {Step()}, and finally {Step()}.",
            SharedWords.Slots.ToDictionary(slot => slot.Key, slot => Template.Parse(slot.Value)));
        List<string> tokens = [];
        mixed.Write(tokens, random);
        return tokens;
    }

    private static void Swap(List<string> tokens, int a, int b) => (tokens[a], tokens[b]) = (tokens[b], tokens[a]);

    private static List<List<string>> Sentences(List<string> tokens)
    {
        List<List<string>> sentences = [[]];
        foreach (string token in tokens)
        {
            sentences[^1].Add(token);
            if (WorldText.IsEnd(token))
                sentences.Add([]);
        }
        sentences.RemoveAll(sentence => sentence.Count == 0);
        return sentences;
    }
}
