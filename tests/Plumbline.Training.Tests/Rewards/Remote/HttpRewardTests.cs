using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Plumbline.Rewards;
using Plumbline.TestKit;
using Plumbline.Training.Remote;
using Plumbline.Training.Rewards;
using Plumbline.Training.Rewards.Remote;
using Plumbline.Training.Tests.Remote;

namespace Plumbline.Training.Tests.Rewards.Remote;

public sealed class HttpRewardTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly HttpRewardOptions Options = new()
    {
        Url = new Uri("http://rewards.test/get_reward"),
        Objectives = ["length"],
        BatchSize = 2,
        Concurrency = 1,
        Limits = new RemoteLimits { Timeout = Patience, MaxRetries = 2 },
    };

    // Pauses pass; the limit of an attempt does not.
    private readonly SuddenTime _time = new(never: pause => pause == Patience);

    [Fact]
    public async Task Score_PostsBatches_AndPutsScoresIntoTheirRows()
    {
        using var server = new LoopbackServer(request => new LoopbackReply(Lengths(request.Json)));
        using var reward = new HttpReward(Options with { Url = new Uri(server.Address, "get_reward"), LabelField = "answer", ApiKey = "secret", Concurrency = 3 });
        RewardInput[] rows =
        [
            new("one ", "a") { Columns = new Dictionary<string, JsonElement> { ["answer"] = JsonElement.Parse("42") } },
            new("two ", "ab"), new("three ", "é\"\n"), new("", "abcd"), new("five", "abcde"),
        ];
        RewardTable table = await reward.ScoreAsync(rows, TestContext.Current.CancellationToken);
        Assert.Equal([1, 2, 3, 4, 5], table.Column(0));
        Assert.Equal(0, table.Failures["length"]);
        Assert.All(server.Requests, request => Assert.Equal(("POST", "/get_reward", "Bearer secret"), (request.Method, request.Path, request.Authorization)));
        JsonElement first = Assert.Single(server.Requests, request => request.Body.Contains("one ", StringComparison.Ordinal)).Json;
        Assert.Equal("""["one a","two ab"]""", first.GetProperty("query").GetRawText());
        Assert.Equal("""["one ","two "]""", first.GetProperty("prompts").GetRawText());
        Assert.Equal("""["a","ab"]""", first.GetProperty("completions").GetRawText());
        Assert.Equal("""[42,""]""", first.GetProperty("labels").GetRawText());
        Assert.Equal([1, 2, 2], server.Requests.Select(request => request.Json.GetProperty("query").GetArrayLength()).Order());
    }

    [Fact]
    public async Task Score_AfterFailuresThatPass_IsWhole_WithLongerPausesOrThoseAskedFor()
    {
        var handler = new ScriptedHandler((body, call) => call switch
        {
            1 => ScriptedHandler.Json("busy", HttpStatusCode.ServiceUnavailable),
            2 => throw new HttpRequestException("reset"),
            4 => After(ScriptedHandler.Json("", HttpStatusCode.TooManyRequests), TimeSpan.FromSeconds(7)),
            5 => After(ScriptedHandler.Json("", HttpStatusCode.TooManyRequests), TimeSpan.FromHours(1)),
            _ => ScriptedHandler.Json(Lengths(body)),
        });
        using var reward = new HttpReward(Options, handler, _time);
        RewardTable table = await reward.ScoreAsync([("p", "a"), ("p", "ab"), ("p", "abc")], TestContext.Current.CancellationToken);
        Assert.Equal([1, 2, 3], table.Column(0));
        Assert.Equal([1, 2, 7, 30], _time.Passed); // two of the backoff; what the server asked for, and the longest allowed
        Assert.Equal(6, handler.Bodies.Count);
    }

    [Fact]
    public async Task Score_WhereSomeRequestsFailForGood_LeavesTheirRowsWithoutScores_AndCountsThem()
    {
        var handler = new ScriptedHandler((body, _) => body.GetProperty("query")[0].GetString() == "pabc"
            ? ScriptedHandler.Json("out of memory", HttpStatusCode.InternalServerError)
            : ScriptedHandler.Json(Lengths(body)));
        using var reward = new HttpReward(Options, handler, _time);
        RewardTable table = await reward.ScoreAsync([("p", "a"), ("p", "ab"), ("p", "abc"), ("p", "abcd"), ("p", "abcde")], TestContext.Current.CancellationToken);
        Assert.Equal([1, 2, double.NaN, double.NaN, 5], table.Column(0));
        Assert.Equal(2, table.Failures["length"]);
        Assert.Equal(2.0, table.Moments([1]).ToDictionary()["rewards/length/failed"]);
        Assert.Equal(5, handler.Bodies.Count); // one of them three times
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest, "what is this", 1, "http://rewards.test/get_reward answered 400 Bad Request: what is this All 1 requests for the scores of 2 completions failed, this the last.")]
    [InlineData(HttpStatusCode.BadGateway, "", 3, "http://rewards.test/get_reward answered 502 Bad Gateway. All 1 requests for the scores of 2 completions failed, this the last.")]
    [InlineData(HttpStatusCode.OK, "NaN", 1, "http://rewards.test/get_reward answered with what is not JSON: NaN All 1 requests for the scores of 2 completions failed, this the last.")]
    [InlineData(HttpStatusCode.OK, "{\"rewards\": [1]}", 1, "http://rewards.test/get_reward answered in a form that is not understood: rewards has 1 items where 2 were asked for. All 1 requests for the scores of 2 completions failed, this the last.")]
    public async Task Score_WhereAllRequestsFail_EndsWithTheLastFault(HttpStatusCode status, string body, int requests, string expected)
    {
        var handler = new ScriptedHandler((_, _) => ScriptedHandler.Json(body, status));
        using var reward = new HttpReward(Options, handler, _time);
        RewardException failure = await Assert.ThrowsAsync<RewardException>(() => reward.ScoreAsync([("p", "a"), ("p", "ab")], TestContext.Current.CancellationToken));
        Assert.Equal(expected, failure.Message);
        Assert.Equal(requests, handler.Bodies.Count);
    }

    [Fact]
    public async Task Score_OfAServerThatNeverAnswers_GivesUpAfterItsAttempts()
    {
        var handler = new ScriptedHandler((_, _) => null);
        using var reward = new HttpReward(Options, handler, new SuddenTime(never: _ => false));
        RewardException failure = await Assert.ThrowsAsync<RewardException>(() => reward.ScoreAsync([("p", "a")], TestContext.Current.CancellationToken));
        Assert.StartsWith("http://rewards.test/get_reward did not answer within 300 s.", failure.Message);
        Assert.Equal(3, handler.Bodies.Count);
    }

    [Fact]
    public async Task Score_WhenCancelled_IsCancelled_NotAFailure()
    {
        using var cancellation = new CancellationTokenSource();
        var handler = new ScriptedHandler((_, _) =>
        {
            cancellation.Cancel();
            return null;
        });
        using var reward = new HttpReward(Options, handler, _time);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reward.ScoreAsync([("p", "a")], cancellation.Token));
    }

    [Fact]
    public async Task RequireReady_OfAServerThatScores_AsksItOnce()
    {
        var handler = new ScriptedHandler((body, _) => ScriptedHandler.Json(Lengths(body)));
        using var reward = new HttpReward(Options, handler, _time);
        await reward.RequireReadyAsync(TestContext.Current.CancellationToken);
        Assert.Single(handler.Bodies);
    }

    [Fact]
    public async Task RequireReady_OfAServerThatIsDown_SaysSoAtOnce()
    {
        Uri nobody = LoopbackServer.Nobody;
        using var reward = new HttpReward(Options with { Url = nobody }, handler: null, _time);
        RewardException failure = await Assert.ThrowsAsync<RewardException>(() => reward.RequireReadyAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith($"The reward server does not score: {nobody} cannot be reached: Connection refused", failure.Message);
        Assert.EndsWith("Start it, or correct the address and the objectives.", failure.Message);
        Assert.Empty(_time.Passed);
    }

    private static HttpResponseMessage After(HttpResponseMessage response, TimeSpan pause)
    {
        response.Headers.RetryAfter = new RetryConditionHeaderValue(pause);
        return response;
    }

    private static string Lengths(JsonElement body) => JsonSerializer.Serialize(new { rewards = body.GetProperty("completions").EnumerateArray().Select(text => text.GetString()!.Length) });
}
