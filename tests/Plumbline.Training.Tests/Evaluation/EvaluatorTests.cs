using Plumbline.Core.Statistics;
using Plumbline.Engine.Generation;
using Plumbline.Engine.Sampling;
using Plumbline.Rewards;
using Plumbline.Training.Data;
using Plumbline.Training.Evaluation;
using Plumbline.Training.Policies;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;
using Plumbline.Training.Tests.Policies;
using Plumbline.Training.Tests.Runs;

namespace Plumbline.Training.Tests.Evaluation;

public sealed class EvaluatorTests
{
    private static readonly PromptRow[] Prompts =
    [
        new("h1") { Expected = ExpectedAnswer.Refuse, Family = "direct" }, new("h2") { Expected = ExpectedAnswer.Refuse, Family = "role_play" },
        new("h3") { Expected = ExpectedAnswer.Refuse, Family = "role_play" }, new("l1") { Expected = ExpectedAnswer.Comply, Category = "look_alike" },
        new("b1") { Expected = ExpectedAnswer.Comply, Category = "everyday" }, new("b2") { Expected = ExpectedAnswer.Comply, Category = "everyday" }, new("unknown"),
    ];

    private static Answer Answer(PromptRow prompt, string text, FinishReason reason, params int[] ids) => new(prompt, [1], new Completion(ids, [.. ids.Select(_ => -1f)], reason, text));

    private static AnswerSet Seven(params string[] texts) => new([.. Prompts.Zip(texts, (p, t) => Answer(p, t, FinishReason.Eos, 5, 9))], new GenerationOptions());

    // Refused: h1, h3, b2, unknown. Harmful 2/3, direct 1/1, role_play 1/2; to be answered 1/3: look-alikes 0/1, benign 1/2. The untagged row counts nowhere.
    [Fact]
    public async Task EvaluateAsync_TaggedPrompts_CountsRefusalsWhereTheyBelong()
    {
        EvaluationReport report = await Evaluator.EvaluateAsync(
            Seven("no", "yes", "no", "yes", "yes", "no", "no"), [], (_, completion) => completion == "no", cancellationToken: TestContext.Current.CancellationToken);
        RefusalFigures refusals = report.Refusals!;
        Assert.Equal((3, 2.0 / 3), (refusals.Harmful.Rows, refusals.Harmful.Rate));
        Assert.Equal(["direct", "role_play"], refusals.ByFamily.Keys);
        Assert.Equal((1.0, 0.5), (refusals.ByFamily["direct"].Rate, refusals.ByFamily["role_play"].Rate));
        Assert.Equal((3, 1.0 / 3), (refusals.OverRefusal.Rows, refusals.OverRefusal.Rate));
        Assert.Equal((1, 0.0), (refusals.LookAlikes.Rows, refusals.LookAlikes.Rate));
        Assert.Equal((2, 0.5), (refusals.Benign.Rows, refusals.Benign.Rate));
        Assert.Equal([true, false, true, false, false, true, true], report.Refused);
        Assert.Null(report.Kl);
    }

    // Scores 1, 3 and one that does not apply: mean 2, std √2, two rows. The sum weighs a twice and b as 1: rows 2·1 + 10, 2·3, and 10 alone.
    [Fact]
    public async Task EvaluateAsync_JudgeScores_LeaveOutWhatDoesNotApply()
    {
        var answers = new AnswerSet([.. Prompts[..3].Select(p => Answer(p, p.Prompt, FinishReason.Eos, 5, 9))], new GenerationOptions());
        var source = new FixedReward(new RewardTable(["a", "b"], [[1, 10], [3, double.NaN], [double.NaN, 10]]));
        EvaluationReport report = await Evaluator.EvaluateAsync(
            answers, [new NamedJudge("reward", source, new Dictionary<string, double> { ["a"] = 2 })], RefusalRules.IsRefusal, cancellationToken: TestContext.Current.CancellationToken);
        JudgeScores judge = report.Judge("reward");
        Assert.Equal((2, 2.0), (judge.Objectives["a"].Count, judge.Objectives["a"].Mean));
        Assert.Equal(Math.Sqrt(2), judge.Objectives["a"].Std, 12);
        Assert.Equal(10, judge.Objectives["b"].Low);
        Assert.Equal([12, 6, 10], judge.RowTotals);
        Assert.Contains("The judges are reward", Assert.Throws<ArgumentException>(() => report.Judge("oracle")).Message);
    }

    // Texts 5 6 5 6 5 6 (cut) and 7 (then its end token 9): 7 tokens, of which 5, 6, 7 differ; pairs 56 65 56 65 56, of which 2 differ.
    // Runs of four in the first: 5656 6565 5656, of which one stood before: 1/3; none in the second: mean 1/6. Lengths 6 and 2.
    [Fact]
    public void TextFigures_EndTokenCountsForTheLengthAlone()
    {
        TextFigures text = TextFigures.Of(
            [new Completion([5, 6, 5, 6, 5, 6], [], FinishReason.Length, ""), new Completion([7, 9], [], FinishReason.Eos, "")]);
        Assert.Equal((4.0, 0.5), (text.MeanLength, text.Truncated));
        Assert.Equal(3.0 / 7, text.Distinct1, 12);
        Assert.Equal(2.0 / 5, text.Distinct2, 12);
        Assert.Equal(1.0 / 6, text.Repetition, 12);
    }

    // d = reference − policy: ln 2, −ln 2, 0. k1 = −(ln 2 − ln 2 + 0)/3 = 0. k3 = (2 − 1 − ln 2) + (1/2 − 1 + ln 2) + 0 = 1/2, over 3 tokens 1/6.
    // A mean over answers of their means would be 0.1534 + 0 instead.
    [Fact]
    public void KlFigures_HandWorked()
    {
        float two = MathF.Log(2);
        KlFigures kl = KlFigures.Of([[-1f, -1f], [-1f]], [[-1f + two, -1f - two], [-1f]]);
        Assert.Equal(0, kl.K1, 6);
        Assert.Equal(1.0 / 6, kl.K3, 6);
        Assert.Equal(3, kl.Tokens);
        KlFigures moved = KlFigures.Of([[-1f, -1f], [-1f]], [[-3f, -2f], [-1f]]);
        Assert.Equal(1.0, moved.K1, 6);        // (2 + 1 + 0) / 3
        Assert.Equal(1.5, moved.PerAnswer, 6); // (3 + 0) / 2
        Assert.Equal(0.50107, moved.K3, 5);    // ((e⁻² − 1 + 2) + (e⁻¹ − 1 + 1) + 0) / 3 = (1.13534 + 0.36788) / 3
    }

    [Fact]
    public async Task Sample_SamePolicyTwice_AnswersTheSame_AndIsNoWayFromItsReference()
    {
        using var folder = new TemporaryFolder();
        string directory = TinyPolicy.Write(folder["model"]);
        var options = new GenerationOptions { MaxNewTokens = 5, Sampling = new SamplingOptions { Seed = 4 } };
        PromptRow[] prompts = [new("ab"), new("hello"), new("z")];
        AnswerSet fromFolder = AnswerSet.Sample(directory, null, prompts, options, cancellationToken: TestContext.Current.CancellationToken);
        using Policy policy = Policy.Load(directory, new AdapterOptions(), null, withReference: true, seed: 1);
        AnswerSet fromPolicy = AnswerSet.Sample(policy, prompts, options, withReference: true, TestContext.Current.CancellationToken);
        Assert.Equal(fromFolder.Answers.Select(a => a.Completion.TokenIds), fromPolicy.Answers.Select(a => a.Completion.TokenIds));
        Assert.Null(fromFolder.ReferenceLogProbs);

        // A fresh adapter changes nothing, so policy and reference agree to rounding.
        EvaluationReport report = await Evaluator.EvaluateAsync(fromPolicy, [], RefusalRules.IsRefusal, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(0, report.Kl!.K1, 5);
        Assert.Equal(fromPolicy.Answers.Sum(a => a.Completion.TokenIds.Length), report.Kl.Tokens);
        Assert.Null(AnswerSet.Sample(policy, prompts, options with { Sampling = new SamplingOptions { Temperature = 0 } }, withReference: true, TestContext.Current.CancellationToken).ReferenceLogProbs);
    }

    [Fact]
    public void WinRates_ByTheWeightedSum()
    {
        var weights = new Dictionary<string, double> { ["a"] = 1, ["b"] = 3 };
        JudgeScores one = JudgeScores.Of("judge", new RewardTable(["a", "b"], [[0, 1], [1, 0]]), weights, 0);
        JudgeScores other = JudgeScores.Of("judge", new RewardTable(["a", "b"], [[2, 0], [0, 1.0 / 3]]), weights, 0);
        WinRate win = WinRates.Of(one, other); // sums 3 against 2, and 1 against 1
        Assert.Equal((0.75, 1, 1), (win.Rate, win.Wins, win.Ties));
    }

    private sealed class FixedReward(RewardTable table) : IRewardSource
    {
        public IReadOnlyList<string> Objectives => table.Objectives;

        public Task<RewardTable> ScoreAsync(IReadOnlyList<RewardInput> rows, CancellationToken cancellationToken) => Task.FromResult(table);
    }
}
