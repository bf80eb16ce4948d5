using System.Text.Json;
using Microsoft.Extensions.AI.Evaluation;

namespace JudgedAnswers;

/// <summary>A team's own test of its assistant's answers: nothing leaves the machine, and the scorer is the one that trained the model.</summary>
public sealed class AnswerTests(Judge judge, ITestOutputHelper output) : IClassFixture<Judge>
{
    public static IEnumerable<TheoryDataRow<string, string>> Answers() =>
        from line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "answers.jsonl"))
        let row = JsonElement.Parse(line)
        select new TheoryDataRow<string, string>(row.GetProperty("question").GetString()!, row.GetProperty("answer").GetString()!);

    [Theory, MemberData(nameof(Answers))]
    public async Task Answer_ToAQuestionOfTheDesk_IsGoodEnough(string question, string answer)
    {
        EvaluationResult result = await judge.Evaluator.EvaluateAsync(question, answer, cancellationToken: TestContext.Current.CancellationToken);
        foreach (NumericMetric metric in result.Metrics.Values.Cast<NumericMetric>())
            output.WriteLine($"{metric.Name,-12} {metric.Value:0.00}  {metric.Interpretation?.Rating}");
        Assert.All(result.Metrics.Values, metric => Assert.False(metric.Interpretation?.Failed ?? false, $"{metric.Name}: {metric.Interpretation?.Reason}"));
    }

    [Fact]
    public async Task Answer_ThatIsCurt_Fails()
    {
        EvaluationResult result = await judge.Evaluator.EvaluateAsync("How do I renew my pass?", "No.", cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(result.Get<NumericMetric>("courtesy").Interpretation!.Failed);
    }
}
