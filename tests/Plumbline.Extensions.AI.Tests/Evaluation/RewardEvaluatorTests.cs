using Microsoft.Extensions.AI;
using Microsoft.Extensions.AI.Evaluation;
using Plumbline.Extensions.AI.Evaluation;
using Plumbline.Rewards;
using Plumbline.Training.Rewards;

namespace Plumbline.Extensions.AI.Tests.Evaluation;

public sealed class RewardEvaluatorTests(TinyFolder folder) : IClassFixture<TinyFolder>
{
    private static readonly RuleReward Length = new("length", (_, completion) => completion.Length);

    [Fact]
    public async Task Evaluate_ARewardModel_GivesTheScoresOfTraining()
    {
        using RewardModel model = RewardModel.Load(folder.Reward);
        using var evaluator = new RewardEvaluator(model);
        EvaluationResult result = await evaluator.EvaluateAsync("the cat", "sat on the mat");
        Assert.Equal(["polite", "long"], evaluator.EvaluationMetricNames);
        Assert.Equal(model.Score([("the cat", "sat on the mat")]).Scores[0], model.Objectives.Select(o => result.Get<NumericMetric>(o).Value!.Value));
        Assert.All(result.Metrics.Values, metric => Assert.Null(metric.Interpretation));
    }

    // Bounds 3 and 5: "ab" fails, "abc" is average, "abcd" too, "abcde" is good.
    [Theory]
    [InlineData("ab", EvaluationRating.Unacceptable, true)]
    [InlineData("abc", EvaluationRating.Average, false)]
    [InlineData("abcd", EvaluationRating.Average, false)]
    [InlineData("abcde", EvaluationRating.Good, false)]
    public async Task Interpretation_FollowsTheBounds(string answer, EvaluationRating rating, bool failed)
    {
        using var evaluator = new RewardEvaluator(Length, new Dictionary<string, RewardBounds> { ["length"] = new(3, 5) });
        EvaluationMetricInterpretation interpretation = (await evaluator.EvaluateAsync("q", answer)).Get<NumericMetric>("length").Interpretation!;
        Assert.Equal((rating, failed), (interpretation.Rating, interpretation.Failed));
    }

    [Fact]
    public async Task Interpretation_OfOneBound_IsGoodFromThere()
    {
        using var evaluator = new RewardEvaluator(Length, new Dictionary<string, RewardBounds> { ["length"] = new(Acceptable: 3) });
        Assert.Equal(EvaluationRating.Good, (await evaluator.EvaluateAsync("q", "abc")).Get<NumericMetric>("length").Interpretation!.Rating);
    }

    [Fact]
    public async Task Metric_OfAnObjectiveThatDoesNotApply_HasNoValueAndSaysWhy()
    {
        using var evaluator = new RewardEvaluator(new RuleReward("safety", (_, _) => double.NaN), new Dictionary<string, RewardBounds> { ["safety"] = new(0.5) });
        NumericMetric metric = (await evaluator.EvaluateAsync("q", "a")).Get<NumericMetric>("safety");
        Assert.Null(metric.Value);
        Assert.Equal((EvaluationRating.Inconclusive, false), (metric.Interpretation!.Rating, metric.Interpretation.Failed));
        Assert.True(metric.ContainsDiagnostics(d => d.Severity == EvaluationDiagnosticSeverity.Warning && d.Message.Contains("'safety' does not apply")));
    }

    [Fact]
    public async Task Prompt_OfAConversation_IsTheLastQuestion_OrWhatIsAskedFor()
    {
        var seen = new List<string>();
        var source = new RuleReward("seen", (prompt, _) => { seen.Add(prompt); return 0; });
        ChatMessage[] turns = [new(ChatRole.System, "s"), new(ChatRole.User, "first"), new(ChatRole.Assistant, "a"), new(ChatRole.User, "second")];
        using var usual = new RewardEvaluator(source);
        using var whole = new RewardEvaluator(source, prompt: messages => string.Join('|', messages.Select(m => m.Text)));
        await usual.EvaluateAsync(turns, new ChatResponse(new ChatMessage(ChatRole.Assistant, "b")));
        await whole.EvaluateAsync(turns, new ChatResponse(new ChatMessage(ChatRole.Assistant, "b")));
        Assert.Equal(["second", "s|first|a|second"], seen);
    }

    [Fact]
    public async Task Source_CalledByManyThreads_IsCalledOnceAtATime()
    {
        var source = new OneAtATime();
        using var evaluator = new RewardEvaluator(source);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () => await evaluator.EvaluateAsync("q", "a"))));
        Assert.Equal((16, 1), (source.Calls, source.Most));
    }

    [Fact]
    public async Task Source_ThatFails_FailsTheCallAndNotTheNext()
    {
        int calls = 0;
        using var evaluator = new RewardEvaluator(new RuleReward("r", (_, _) => calls++ == 0 ? throw new InvalidOperationException("no") : 1));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await evaluator.EvaluateAsync("q", "a"));
        Assert.Equal(1, (await evaluator.EvaluateAsync("q", "a")).Get<NumericMetric>("r").Value);
    }

    [Fact]
    public void Bounds_OfAnUnknownObjectiveOrOutOfOrder_AreRefused()
    {
        Assert.Contains("'politeness', which the source does not score. It scores length.",
            Assert.Throws<ArgumentException>(() => new RewardEvaluator(Length, new Dictionary<string, RewardBounds> { ["politeness"] = new(1) })).Message);
        Assert.Contains("good must not lie below acceptable",
            Assert.Throws<ArgumentException>(() => new RewardEvaluator(Length, new Dictionary<string, RewardBounds> { ["length"] = new(2, 1) })).Message);
    }

    private sealed class OneAtATime : IRewardSource
    {
        private int _inside, _calls;

        public int Most { get; private set; }

        public int Calls => _calls;

        public IReadOnlyList<string> Objectives { get; } = ["one"];

        public async Task<RewardTable> ScoreAsync(IReadOnlyList<RewardInput> rows, CancellationToken cancellationToken)
        {
            Most = Math.Max(Most, Interlocked.Increment(ref _inside));
            await Task.Yield();
            Interlocked.Decrement(ref _inside);
            Interlocked.Increment(ref _calls);
            return new RewardTable(Objectives, [[1]]);
        }
    }
}
