using Plumbline.Rewards;
using Plumbline.Training.Data;
using Plumbline.Training.Evaluation;
using Plumbline.Training.RewardModeling;
using Plumbline.Training.Tests.RewardModeling;
using Plumbline.Training.Tests.Runs;

namespace Plumbline.Training.Tests.Evaluation;

public sealed class IndependentJudgeTests
{
    private static readonly JudgeOptions Small = new() { Trees = 20, Leaves = 8, LearningRate = 0.3, Seed = 2 };
    private static readonly string[] Topics = ["ferry", "museum", "garden", "library", "market", "bridge", "school", "harbour"];

    [Fact]
    public void Train_WordsDecideTheLabels_AndSomeAreMissing_FitsUnseenRows()
    {
        IndependentJudge judge = IndependentJudge.Train(WordTask.Rows(400), ["courtesy", "safety"], Small, TestContext.Current.CancellationToken);
        IReadOnlyDictionary<string, ObjectiveReport> reports = judge.Report(WordTask.Rows(200, 400), TestContext.Current.CancellationToken);
        Assert.InRange(reports["courtesy"].Pearson, 0.9, 1);
        Assert.InRange(reports["safety"].Pearson, 0.9, 1);
        Assert.InRange(reports["safety"].Auc, 0.99, 1);
    }

    // The label is whether the answer speaks of what was asked. Prompt and answer tell nothing each by itself; only their relation does.
    [Fact]
    public void Train_OnlyTheRelationOfPromptAndAnswerDecides_FitsUnseenRows()
    {
        IndependentJudge judge = IndependentJudge.Train(Related(0, 1200), ["topic"], Small, TestContext.Current.CancellationToken);
        Assert.InRange(judge.Report(Related(1200, 300), TestContext.Current.CancellationToken)["topic"].Pearson, 0.9, 1);
    }

    [Fact]
    public void Train_ShuffledLabels_KnowsNothing()
    {
        RewardRow[] rows = Related(0, 1200);
        int[] order = DeterministicShuffle.Order(rows.Length, 1, 0);
        IndependentJudge judge = IndependentJudge.Train([.. rows.Select((r, i) => r with { Labels = rows[order[i]].Labels })], ["topic"], Small, TestContext.Current.CancellationToken);
        Assert.InRange(judge.Report(Related(1200, 300), TestContext.Current.CancellationToken)["topic"].Pearson, -0.25, 0.25);
    }

    [Fact]
    public void Save_Load_ScoresTheSame_AndSoDoesASecondTraining()
    {
        using var folder = new TemporaryFolder();
        IndependentJudge judge = IndependentJudge.Train(WordTask.Rows(200), ["courtesy", "safety"], Small, TestContext.Current.CancellationToken);
        judge.Save(folder["judge"]);
        RewardInput[] asked = [.. WordTask.Rows(20, 200).Select(r => new RewardInput(r.Prompt, r.Completion)), ("", ""), ("never", "seen words")];
        double[][] expected = judge.Score(asked).Scores;
        Assert.Equal(expected, IndependentJudge.Load(folder["judge"]).Score(asked).Scores);
        Assert.Equal(expected, IndependentJudge.Train(WordTask.Rows(200), ["courtesy", "safety"], Small, TestContext.Current.CancellationToken).Score(asked).Scores);
    }

    [Fact]
    public void Score_RowAlone_IsWhatItIsAmongOthers()
    {
        IndependentJudge judge = IndependentJudge.Train(WordTask.Rows(200), ["courtesy", "safety"], Small, TestContext.Current.CancellationToken);
        RewardInput[] asked = [.. WordTask.Rows(5, 300).Select(r => new RewardInput(r.Prompt, r.Completion))];
        Assert.Equal(judge.Score(asked).Scores[3], judge.Score([asked[3]]).Scores[0]);
    }

    [Fact]
    public void Train_TooFewLabels_SaysSo()
    {
        RewardRow[] rows = [.. WordTask.Rows(60).Select((r, i) => i < 10 ? r : r with { Labels = [r.Labels[0], double.NaN] })];
        ArgumentException fault = Assert.Throws<ArgumentException>(() => IndependentJudge.Train(rows, ["courtesy", "safety"], Small, TestContext.Current.CancellationToken));
        Assert.Contains("The objective 'safety' has", fault.Message);
    }

    [Fact]
    public void Load_FolderWithoutJudge_SaysHowToTrainOne()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("plumbline judge", Assert.Throws<DataException>(() => IndependentJudge.Load(folder.Root)).Message);
    }

    private static RewardRow[] Related(int first, int count) =>
    [
        .. Enumerable.Range(first, count).Select(i =>
        {
            int asked = i % 8, said = i / 8 % 2 == 0 ? asked : i / 16 % 8;
            return new RewardRow($"tell me of the {Topics[asked]} number {i % 97}", $"it is about a {Topics[(said + 1) % 8]} rule", [asked == said ? 1 : 0], null);
        }),
    ];
}
