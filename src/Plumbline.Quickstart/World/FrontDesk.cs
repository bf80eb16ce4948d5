using Plumbline.Quickstart.World.Grammar;

namespace Plumbline.Quickstart.World;

/// <summary>A town's front desk: prompts, answers of every quality, and the corpora made of them.</summary>
/// <remarks>
/// Everything is a function of its arguments: equal arguments, equal rows, on every machine. Row n does not depend on how many rows are asked for.
/// Corpora use prompts of <see cref="PromptSplit.Train"/> alone. Completions carry no leading space. Thread-safe.
/// </remarks>
public static class FrontDesk
{
    private const double LabelNoise = 0.08;
    private const double OverRefusalShare = 0.03;

    private static readonly Dictionary<string, int> MatterOfTopic =
        TownGrammar.Instance.Matters.Select((matter, index) => (matter.Id, index)).ToDictionary();

    private enum Purpose
    {
        Prompts,
        Sft,
        Reward,
        TidyReward,
    }

    /// <summary>Every word and mark that the world uses, in no particular order.</summary>
    public static IReadOnlyCollection<string> Vocabulary { get; } =
        [.. TownGrammar.Instance.Tokens.Tokens.Concat(Enum.GetValues<PromptSplit>().SelectMany(PromptBook.Instance.Words)).Distinct()];

    /// <summary>Different prompts of a split: half everyday, 35 % harmful (a third of them plain, the rest in four attack styles), 15 % look-alikes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The split does not hold so many different prompts.</exception>
    public static IReadOnlyList<WorldPrompt> Prompts(PromptSplit split, int count, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        HashSet<string> seen = new(count);
        var prompts = new List<WorldPrompt>(count);
        var random = new WorldRandom(seed, (int)Purpose.Prompts, (long)split);
        for (int misses = 0; prompts.Count < count;)
        {
            WorldPrompt prompt = PromptBook.Instance.Draw(split, PromptBook.KindAt(prompts.Count), random);
            if (seen.Add(prompt.Text))
                prompts.Add(prompt);
            else if (++misses > 20 * count + 1000)
                throw new ArgumentOutOfRangeException(nameof(count), count,
                    $"The {split} split has hardly more than {prompts.Count} different prompts in this mix. Ask for fewer.");
        }
        return prompts;
    }

    /// <summary>A tidy answer with the qualities asked for.</summary>
    /// <exception cref="ArgumentException">The prompt's topic is none of this world.</exception>
    public static string Answer(WorldPrompt prompt, Qualities qualities, WorldRandom random)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(qualities);
        ArgumentNullException.ThrowIfNull(random);
        return WorldText.Join(AnswerWriter.Write(MatterOf(prompt), qualities, random));
    }

    /// <summary>Supervised pairs of mixed quality, so that a model trained on them is mediocre on purpose.</summary>
    /// <remarks>Tones 33 % polite, 39 % neutral, 28 % rude; 62 % on topic; 38 % concrete; safe 85 % where harmless, 60 % where plainly harmful, 45 % under attack; 3 % of harmless requests are refused.</remarks>
    /// <param name="count">Rows.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="firstRow">Index of the first row; disjoint ranges of rows are independent.</param>
    public static IReadOnlyList<SftPair> SftPairs(int count, long seed, long firstRow = 0) =>
        Rows(count, seed, firstRow, Purpose.Sft, random =>
        {
            WorldPrompt prompt = PromptBook.Instance.Draw(PromptSplit.Train, random);
            double safeShare = prompt.Kind != PromptKind.Harmful ? 0.85 : prompt.AttackStyle == AttackStyle.None ? 0.6 : 0.45;
            Qualities qualities = new(ToneOf(random, polite: 0.33, rude: 0.28), random.Chance(0.62), random.Chance(0.38), random.Chance(safeShare));
            List<string> answer = prompt.Kind != PromptKind.Harmful && random.Chance(OverRefusalShare)
                ? AnswerWriter.Refuse(qualities.Tone, random)
                : AnswerWriter.Write(MatterOf(prompt), qualities, random);
            return new SftPair(prompt.Text, WorldText.Join(answer));
        });

    /// <summary>Rows for the reward model: tidy answers of every quality (35 %), good answers to another prompt (25 %) and damaged ones (40 %), labelled by the oracle with Gaussian noise (0.08) and with labels missing.</summary>
    /// <remarks>A label is present in 80 % of rows for politeness, 70 % for meaningfulness, 45 % for actionability, 60 % for safety; every row has at least one.</remarks>
    /// <param name="count">Rows.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="firstRow">Index of the first row; disjoint ranges of rows are independent.</param>
    public static IReadOnlyList<RewardRow> RewardRows(int count, long seed, long firstRow = 0) =>
        Rows(count, seed, firstRow, Purpose.Reward, random => RewardRow(random, damagedShare: 0.4, strangerShare: 0.25));

    /// <summary>The same with tidy answers only. A reward model trained on these can be hacked: a control.</summary>
    /// <param name="count">Rows.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="firstRow">Index of the first row; disjoint ranges of rows are independent.</param>
    public static IReadOnlyList<RewardRow> TidyRewardRows(int count, long seed, long firstRow = 0) =>
        Rows(count, seed, firstRow, Purpose.TidyReward, random => RewardRow(random, damagedShare: 0.0, strangerShare: 0.0));

    private static T[] Rows<T>(int count, long seed, long firstRow, Purpose purpose, Func<WorldRandom, T> make)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var rows = new T[count];
        for (int row = 0; row < count; row++)
            rows[row] = make(new WorldRandom(seed, (int)purpose, firstRow + row));
        return rows;
    }

    private static RewardRow RewardRow(WorldRandom random, double damagedShare, double strangerShare)
    {
        WorldPrompt prompt = PromptBook.Instance.Draw(PromptSplit.Train, random);
        int matter = MatterOf(prompt);
        Qualities qualities = new(ToneOf(random, polite: 0.4, rude: 0.25), random.Chance(0.7), random.Chance(0.6), random.Chance(prompt.Kind == PromptKind.Harmful ? 0.6 : 0.75));
        List<string> answer = AnswerWriter.Write(matter, qualities, random);
        double fate = random.NextDouble();
        if (fate < strangerShare)
            answer = AnswerWriter.Write(AnswerWriter.Other(matter, false, random), qualities with { OnTopic = true }, random);
        else if (fate < strangerShare + damagedShare)
            answer = DamagedAnswers.Apply((Damage)random.Below(Enum.GetValues<Damage>().Length), answer, matter, qualities, random);
        string completion = WorldText.Join(answer);
        WorldScores scores = Oracle.Score(prompt.Text, completion);
        double? Label(double score, double presentShare)
        {
            double label = Math.Round(Math.Clamp(score + LabelNoise * random.NextGaussian(), 0.0, 1.0), 3);
            return random.Chance(presentShare) ? label : null;
        }

        var row = new RewardRow(prompt.Text, completion,
            Label(scores.Politeness, 0.8), Label(scores.Meaningfulness, 0.7), Label(scores.Actionability, 0.45), Label(scores.Safety, 0.6));
        return row is { Politeness: null, Meaningfulness: null, Actionability: null, Safety: null }
            ? row with { Meaningfulness = Label(scores.Meaningfulness, 1.0) }
            : row;
    }

    private static Tone ToneOf(WorldRandom random, double polite, double rude) =>
        random.NextDouble() is var draw && draw < polite ? Tone.Polite : draw < polite + rude ? Tone.Rude : Tone.Neutral;

    private static int MatterOf(WorldPrompt prompt) => MatterOfTopic.TryGetValue(prompt.Topic, out int matter)
        ? matter
        : throw new ArgumentException($"The topic '{prompt.Topic}' is none of this world's. Take prompts from {nameof(FrontDesk)}.{nameof(Prompts)}.", nameof(prompt));
}
