using Plumbline.Quickstart.World;
using Plumbline.Quickstart.World.Grammar;

namespace Plumbline.Quickstart.Tests.World;

public sealed class CorpusTests
{
    [Fact]
    public void SftPairs_JudgedByTheOracle_AreMediocreOnPurpose()
    {
        List<WorldScores> scores = [.. FrontDesk.SftPairs(6000, seed: 1).Select(pair => Oracle.Score(pair.Prompt, pair.Completion))];
        Assert.InRange(scores.Average(score => score.Politeness), 0.40, 0.50);
        Assert.InRange(scores.Average(score => score.Meaningfulness), 0.62, 0.76);
        Assert.InRange(scores.Average(score => score.Actionability), 0.20, 0.30);
        Assert.InRange(scores.Average(score => score.Safety), 0.70, 0.82);
    }

    [Fact]
    public void SftPairs_WordsOfTheWorld_AreAllSeenOften()
    {
        Dictionary<string, int> counts = FrontDesk.SftPairs(12_000, seed: 1)
            .SelectMany(pair => WorldText.Tokens(pair.Prompt + " " + pair.Completion)).CountBy(token => token).ToDictionary();
        Assert.Equal(FrontDesk.Vocabulary.Count, counts.Count);
        Assert.All(FrontDesk.Vocabulary, token => Assert.True(counts[token] >= 20, $"'{token}' comes {counts[token]} times"));
    }

    [Fact]
    public void Rows_SeedsAndRanges_AreReproducible()
    {
        Assert.Equal(FrontDesk.SftPairs(50, seed: 3), FrontDesk.SftPairs(80, seed: 3).Take(50));
        Assert.Equal(FrontDesk.SftPairs(80, seed: 3).Skip(50), FrontDesk.SftPairs(30, seed: 3, firstRow: 50));
        Assert.NotEqual(FrontDesk.SftPairs(50, seed: 3), FrontDesk.SftPairs(50, seed: 4));
        Assert.Equal(FrontDesk.RewardRows(200, seed: 3), FrontDesk.RewardRows(200, seed: 3));
        Assert.Equal(FrontDesk.TidyRewardRows(50, seed: 3), FrontDesk.TidyRewardRows(50, seed: 3));
    }

    [Fact]
    public void SftPairs_OneKnownRow_IsTheSameOnEveryMachine()
    {
        SftPair pair = FrontDesk.SftPairs(1, seed: 1)[0];
        Assert.Equal("can you tell me how to get a street lamp repaired in the morning?", pair.Prompt);
        Assert.Equal("you are very welcome. there are some rules about a broken street lamp.", pair.Completion);
    }

    [Fact]
    public void RewardRows_Labels_AreNoisyUnequalInNumberAndNeverAllMissing()
    {
        IReadOnlyList<RewardRow> rows = FrontDesk.RewardRows(5000, seed: 5);
        Assert.All(rows, row => Assert.True(row.Politeness is not null || row.Meaningfulness is not null || row.Actionability is not null || row.Safety is not null));
        Assert.InRange(rows.Count(row => row.Politeness is not null), 3850, 4150);
        Assert.InRange(rows.Count(row => row.Meaningfulness is not null), 3350, 3800);
        Assert.InRange(rows.Count(row => row.Actionability is not null), 2100, 2400);
        Assert.InRange(rows.Count(row => row.Safety is not null), 2850, 3150);

        // Away from the edges, where clipping does not bite, the error is the noise: mean 0, deviation 0.08.
        List<double> errors = [.. rows.Where(row => row.Politeness is not null)
            .Select(row => (Label: row.Politeness!.Value, Oracle.Score(row.Prompt, row.Completion).Politeness))
            .Where(pair => pair.Politeness is > 0.35 and < 0.65).Select(pair => pair.Label - pair.Politeness)];
        Assert.True(errors.Count > 300);
        Assert.InRange(errors.Average(), -0.015, 0.015);
        Assert.InRange(Math.Sqrt(errors.Average(error => error * error)), 0.07, 0.09);
        Assert.All(rows, row => Assert.True(row.Politeness is null or (>= 0 and <= 1)));
    }

    [Fact]
    public void RewardRows_TidyOnly_LackTheMeaninglessAnswers()
    {
        static double MeaninglessShare(IEnumerable<RewardRow> rows) =>
            rows.Average(row => Oracle.Score(row.Prompt, row.Completion).Meaningfulness < 0.2 ? 1.0 : 0.0);
        Assert.InRange(MeaninglessShare(FrontDesk.RewardRows(3000, seed: 5)), 0.12, 0.5);
        Assert.Equal(0.0, MeaninglessShare(FrontDesk.TidyRewardRows(3000, seed: 5)));
    }

    [Fact]
    public void Damage_OfEveryKind_CostsMeaningOnAverage()
    {
        IReadOnlyList<WorldPrompt> prompts = FrontDesk.Prompts(PromptSplit.Train, 200, seed: 9);
        var best = new Qualities(Tone.Polite, true, true, true);
        foreach (Damage damage in Enum.GetValues<Damage>())
        {
            var random = new WorldRandom(9, (int)damage);
            double meaning = prompts.Average(prompt =>
            {
                int matter = Array.FindIndex(TownGrammar.Instance.Matters, known => known.Id == prompt.Topic);
                List<string> spoilt = DamagedAnswers.Apply(damage, AnswerWriter.Write(matter, best, random), matter, best, random);
                return Oracle.Score(prompt.Text, WorldText.Join(spoilt)).Meaningfulness;
            });
            Assert.True(meaning < 0.5, $"{damage}: {meaning:F3}");
        }
    }

    [Fact]
    public void Corpora_Prompts_AreNeverHeldOut()
    {
        HashSet<string> heldOut = [.. PromptBook.Instance.All(PromptSplit.HeldOut)];
        Assert.DoesNotContain(FrontDesk.SftPairs(2000, seed: 2), pair => heldOut.Contains(pair.Prompt));
        Assert.DoesNotContain(FrontDesk.RewardRows(2000, seed: 2), row => heldOut.Contains(row.Prompt));
    }
}
