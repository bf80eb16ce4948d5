using System.Text.Json;
using Plumbline.Rewards;
using Plumbline.TestKit;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;
using Plumbline.Training.Runs;
using Plumbline.Training.Tests.Grpo;

namespace Plumbline.Training.Tests.Rewards.Remote;

public sealed class RemoteRewardRunTests : IDisposable
{
    private readonly GrpoWorkshop _workshop = new();

    public void Dispose() => _workshop.Dispose();

    // The first request is the question at the start; then come two a step, of four completions each, and every second one fails.
    [Fact]
    public async Task Run_WithARewardServerThatFailsAtTimes_GoesOn_AndCounts()
    {
        int requests = 0;
        using var server = new LoopbackServer(request => Interlocked.Increment(ref requests) is > 1 and var number && number % 2 == 1
            ? new LoopbackReply("overloaded", 503)
            : new LoopbackReply(JsonSerializer.Serialize(new { rewards = request.Json.GetProperty("completions").EnumerateArray().Select(text => text.GetString()!.Length) })));
        GrpoRecipe recipe = Recipe(server.Address) with { Training = new TrainingOptions { MaxSteps = 3 } };
        await GrpoWorkshop.Run(recipe);
        Dictionary<string, double>[] steps = [.. MetricsLog.Read(_workshop["run/metrics.jsonl"]).Select(row => row.Metrics.ToDictionary()).Where(row => row.ContainsKey("loss"))];
        Assert.Equal(3, steps.Length);
        Assert.All(steps, step => Assert.Equal(4.0, step["rewards/letters/failed"]));
        Assert.All(steps, step => Assert.True(double.IsFinite(step["rewards/letters/mean"]) && double.IsFinite(step["loss"])));
        Assert.Equal(7, requests);
    }

    // The policy's folder cannot be read: that it is not told shows that the server was asked first.
    [Fact]
    public async Task Run_WithARewardServerThatIsDown_EndsBeforeAModelIsLoaded()
    {
        File.WriteAllText(_workshop["base/config.json"], "{}");
        Uri nobody = LoopbackServer.Nobody;
        RewardException failure = await Assert.ThrowsAsync<RewardException>(() => GrpoWorkshop.Run(Recipe(nobody)));
        Assert.StartsWith($"The reward server does not score: {nobody} cannot be reached: ", failure.Message);
        Assert.False(Directory.Exists(_workshop["run"]));
    }

    [Fact]
    public async Task Step_WhoseRewardsComeFromElsewhere_GoesOnOnItsThread()
    {
        var threads = new List<int>();
        GrpoRecipe recipe = _workshop.Recipe();
        var (trainer, _) = _workshop.Trainer(recipe, new Elsewhere(), seen: _ => threads.Add(Environment.CurrentManagedThreadId));
        threads.Add(Environment.CurrentManagedThreadId);
        await trainer.StepAsync(1, CancellationToken.None);
        Assert.Equal(threads[0], threads[1]);
    }

    private GrpoRecipe Recipe(Uri server) => _workshop.Recipe() with
    {
        Rewards = [new RewardSource { Type = RewardSourceType.Http, Name = "letters", Url = server.ToString(), BatchSize = 4, Concurrency = 1, MaxRetries = 0 }],
    };

    private sealed class Elsewhere : IRewardSource
    {
        public IReadOnlyList<string> Objectives => ["length"];

        public Task<RewardTable> ScoreAsync(IReadOnlyList<RewardInput> rows, CancellationToken cancellationToken) => Task.Run(
            () => new RewardTable(Objectives, [.. rows.Select(row => new double[] { row.Completion.Length })]), cancellationToken);
    }
}
