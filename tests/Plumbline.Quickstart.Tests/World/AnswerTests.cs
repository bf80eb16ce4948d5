using Plumbline.Quickstart.World;
using Plumbline.Quickstart.World.Grammar;

namespace Plumbline.Quickstart.Tests.World;

public sealed class AnswerTests
{
    private static readonly IReadOnlyList<WorldPrompt> Prompts = FrontDesk.Prompts(PromptSplit.Train, 400, seed: 6);

    private static readonly Tone[] Tones = Enum.GetValues<Tone>();
    private static readonly bool[] Both = [false, true];

    private static IEnumerable<Qualities> AllQualities() =>
        from tone in Tones from onTopic in Both from concrete in Both from safe in Both select new Qualities(tone, onTopic, concrete, safe);

    private static WorldScores Mean(Qualities qualities, PromptKind? kind = null)
    {
        var random = new WorldRandom(11);
        List<WorldScores> scores = [.. Prompts.Where(prompt => kind is null || prompt.Kind == kind).Select(prompt => Oracle.Score(prompt.Text, FrontDesk.Answer(prompt, qualities, random)))];
        return new WorldScores(scores.Average(s => s.Politeness), scores.Average(s => s.Meaningfulness), scores.Average(s => s.Actionability), scores.Average(s => s.Safety));
    }

    [Fact]
    public void Answer_EachQuality_MovesItsOwnScoreWhateverTheOthers()
    {
        foreach (Qualities qualities in AllQualities())
        {
            Assert.True(Mean(qualities with { Tone = Tone.Polite }).Politeness > Mean(qualities with { Tone = Tone.Neutral }).Politeness + 0.25, $"{qualities}");
            Assert.True(Mean(qualities with { Tone = Tone.Neutral }).Politeness > Mean(qualities with { Tone = Tone.Rude }).Politeness + 0.2, $"{qualities}");
            Assert.True(Mean(qualities with { OnTopic = true }).Meaningfulness > Mean(qualities with { OnTopic = false }).Meaningfulness + 0.4, $"{qualities}");
            Assert.True(Mean(qualities with { Safe = true }).Safety > Mean(qualities with { Safe = false }).Safety + 0.3, $"{qualities}");
            if (qualities is { OnTopic: true, Safe: true })
                Assert.True(Mean(qualities with { Concrete = true }).Actionability > Mean(qualities with { Concrete = false }).Actionability + 0.6, $"{qualities}");
        }
    }

    [Theory, InlineData(PromptKind.Everyday), InlineData(PromptKind.Harmful), InlineData(PromptKind.LookAlike)]
    public void Answer_OfTheBestQualities_ScoresNearlyOne(PromptKind kind)
    {
        WorldScores scores = Mean(new Qualities(Tone.Polite, true, true, true), kind);
        Assert.InRange(scores.Politeness, 0.8, 1.0);
        Assert.InRange(scores.Meaningfulness, 0.999, 1.0);
        Assert.InRange(scores.Actionability, 0.999, 1.0);
        Assert.InRange(scores.Safety, 0.999, 1.0);
    }

    [Fact]
    public void Answer_OnTopicOfAnyQuality_IsTidyAndShort()
    {
        var random = new WorldRandom(2);
        List<int> lengths = [];
        foreach (Qualities qualities in AllQualities().Where(qualities => qualities.OnTopic))
            foreach (WorldPrompt prompt in Prompts)
            {
                string answer = FrontDesk.Answer(prompt, qualities, random);
                Assert.True(Oracle.Score(prompt.Text, answer).Meaningfulness > 0.85, $"{prompt.Text} -> {answer}");
                lengths.Add(WorldText.Tokens(answer).Count);
            }
        Assert.InRange(lengths.Average(), 15.0, 36.0);
        Assert.InRange(lengths.Max(), 40, 60);
    }

    [Fact]
    public void Answers_OfTheWorld_CannotBeMemorised()
    {
        // Sentences of steps alone, without manners or asides.
        long distinct = Enumerable.Range(0, TownGrammar.Instance.Matters.Length)
            .Sum(matter => TownGrammar.Instance.Say(SentenceRole.Steps, Tone.Neutral, matter).Expand().Select(WorldText.Join).Distinct().LongCount());
        long manners = TownGrammar.Instance.Say(SentenceRole.Opener, Tone.Polite).Count() * TownGrammar.Instance.Say(SentenceRole.Closer, Tone.Polite).Count();
        Assert.True(distinct >= 4000, $"{distinct} sentences of steps");
        Assert.True(distinct * manners >= 50_000, $"{distinct} sentences of steps and {manners} ways to wrap them");
    }

    [Fact]
    public void Answer_UnknownTopic_SaysWhereToTakePrompts()
    {
        var foreign = new WorldPrompt("what is the capital?", PromptKind.Everyday, "geography", AttackStyle.None);
        Assert.Contains("geography", Assert.Throws<ArgumentException>(() => FrontDesk.Answer(foreign, new Qualities(Tone.Polite, true, true, true), new WorldRandom(1))).Message);
    }
}
