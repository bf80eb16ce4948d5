using Plumbline.Engine.Generation;
using Plumbline.Engine.Sampling;
using Plumbline.Engine.Segments;
using Plumbline.TestKit;
using Plumbline.Training.Policies;
using Plumbline.Training.Recipes;
using Plumbline.Training.Remote;
using Plumbline.Training.Rollouts;
using Plumbline.Training.Rollouts.Remote;
using Plumbline.Training.Runs;
using Plumbline.Training.Tests.Grpo;
using TorchSharp;

namespace Plumbline.Training.Tests.Rollouts.Remote;

public sealed class VllmRolloutsTests : IDisposable
{
    private readonly GrpoWorkshop _workshop = new();

    public void Dispose() => _workshop.Dispose();

    [Theory, InlineData(1.0, false), InlineData(0.7, true)]
    public async Task Sample_FromAServerWithThePolicysAdapter_HasThePolicysLogProbs(double temperature, bool old)
    {
        using var server = new VllmServer(_workshop["base"]) { IsOld = old };
        using Policy policy = Policy.Load(_workshop["base"], new AdapterOptions { R = 4 }, null, withReference: false, seed: 1);
        Scramble(policy);
        var told = new List<int>();
        var generation = new GenerationOptions { MaxNewTokens = 8, Sampling = new SamplingOptions { Temperature = temperature, Seed = 3 } };
        RolloutBatch batch;
        using (var rollouts = new VllmRollouts(policy, Options(server), generation, _workshop["adapters"]))
        {
            batch = await rollouts.SampleAsync(new PromptBatch(GrpoWorkshop.Encode(policy)[..3], 10), 4, 7, (row, _) => told.Add(row), TestContext.Current.CancellationToken);
            Assert.Single(server.Adapters);
        }
        Assert.Empty(server.Adapters);
        Assert.Equal((12, 7), (batch.Count, batch.PolicyVersion));
        Assert.Equal(Enumerable.Range(0, 12), told.Order());
        Assert.Equal(["one", "one", "one", "one", "two"], batch.Prompts.Take(5).Select(prompt => prompt.Text));
        Assert.Equal(12, batch.Completions.Select(c => string.Join(' ', c.TokenIds)).Distinct().Count());
        policy.Adapter!.ApplyDropout(false);
        foreach ((Prompt prompt, Completion completion) in batch.Prompts.Zip(batch.Completions))
        {
            using TokenRows rows = TokenRows.Pack([prompt.Ids], [completion.TokenIds], policy.Device);
            using TokenLogProbs own = TokenLogProbs.Forward(policy.Model, rows, temperature);
            Assert.All(own.LogProbs.data<float>().ToArray().Zip(completion.LogProbs), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        }
    }

    // The adapter of each version is handed over once, and the one before it taken back.
    [Fact]
    public async Task Run_WithAServerThatKeepsUp_IsCorrectedByNothing()
    {
        using var server = new VllmServer(_workshop["base"]);
        IReadOnlyList<MetricsRow> steps = await Run(server, SamplerCorrectionMode.TokenTruncate);
        Assert.All(steps, step =>
        {
            Assert.Equal(1.0, step.Metrics["sampling/importance_sampling_ratio/min"], 1e-3);
            Assert.Equal(1.0, step.Metrics["sampling/importance_sampling_ratio/mean"], 1e-3);
            Assert.Equal(1.0, step.Metrics["sampling/importance_sampling_ratio/max"], 1e-3);
            Assert.InRange(step.Metrics["sampling/sampling_logp_difference/max"], 0, 1e-3);
        });
        string[] loaded = [.. server.Requests.Where(request => request.Path == "/v1/load_lora_adapter").Select(request => request.Json.GetProperty("lora_name").GetString()!)];
        Assert.Equal(loaded.Distinct(), loaded);
        Assert.Equal(3, loaded.Length);
        Assert.Equal(["0", "1", "2"], loaded.Select(name => name.Split('-')[^1]));
        Assert.Empty(server.Adapters);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_workshop["run/adapters"]));
    }

    // A server that goes on with the base falls behind from the second step on, and the ratio says so.
    [Theory, InlineData(SamplerCorrectionMode.TokenTruncate), InlineData(SamplerCorrectionMode.SequenceMask)]
    public async Task Run_WithAServerThatIsStale_TellsAndHoldsTheRatio(SamplerCorrectionMode mode)
    {
        using var server = new VllmServer(_workshop["base"]) { IsStale = true };
        IReadOnlyList<MetricsRow> steps = await Run(server, mode);
        Assert.Equal(1.0, steps[0].Metrics["sampling/importance_sampling_ratio/mean"], 1e-3);
        Assert.True(steps[2].Metrics["sampling/sampling_logp_difference/mean"] > 0.01, $"{steps[2].Metrics["sampling/sampling_logp_difference/mean"]}");
        Assert.NotEqual(1.0, steps[2].Metrics["sampling/importance_sampling_ratio/min"], 2);
        Assert.All(steps, step => Assert.InRange(step.Metrics["sampling/importance_sampling_ratio/max"], 0, 1.2 + 1e-6));
    }

    [Fact]
    public async Task Run_WithoutAdapterSync_LearnsFromTheBasesCompletions_AgainstTheServersLogProbs()
    {
        using var server = new VllmServer(_workshop["base"]);
        IReadOnlyList<MetricsRow> steps = await Run(server, SamplerCorrectionMode.TokenTruncate, recipe => recipe with { Rollout = recipe.Rollout with { AdapterSync = false } });
        Assert.DoesNotContain(server.Requests, request => request.Path == "/v1/load_lora_adapter");
        Assert.True(steps[2].Metrics["sampling/sampling_logp_difference/mean"] > 0.01);
        Assert.DoesNotContain("sampling/importance_sampling_ratio/mean", steps[2].Metrics.Keys); // the clip compares with the sampler itself
    }

    [Fact]
    public async Task Run_WithAServerThatRefusesAdapters_SaysWhatItNeeds()
    {
        using var server = new VllmServer(_workshop["base"]) { Interfere = request => request.Path == "/v1/load_lora_adapter" ? new LoopbackReply("""{"detail": "Not Found"}""", 404) : null };
        RemoteException failure = await Assert.ThrowsAsync<RemoteException>(() => Run(server, SamplerCorrectionMode.TokenMask));
        Assert.StartsWith($"The server does not load the policy's adapter. {server.Address}v1/load_lora_adapter answered 404 Not Found: {{\"detail\": \"Not Found\"}} Start it with --enable-lora, a --max-lora-rank of 4 or more", failure.Message);
    }

    [Fact]
    public async Task Run_WithAServerThatFails_EndsWithItsWords_AndRetries()
    {
        int asked = 0;
        using var server = new VllmServer(_workshop["base"])
        {
            Interfere = request => request.Path == "/v1/completions" && Interlocked.Increment(ref asked) > 0 ? new LoopbackReply("engine dead", 500) : null,
        };
        RemoteException failure = await Assert.ThrowsAsync<RemoteException>(() => Run(server, SamplerCorrectionMode.TokenMask, recipe => recipe with { Rollout = recipe.Rollout with { Concurrency = 1 } }));
        Assert.Equal($"{server.Address}v1/completions answered 500 Internal Server Error: engine dead", failure.Message);
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task RequireReady_OfAServerOfAnotherModel_NamesThoseItHas()
    {
        using var server = new VllmServer(_workshop["base"]);
        RemoteException failure = await Assert.ThrowsAsync<RemoteException>(() => VllmRollouts.RequireReadyAsync(Options(server) with { Model = null }, "qwen", TestContext.Current.CancellationToken));
        Assert.Equal($"{server.Address} has no model qwen; it has tiny. Set rollout.model to the name it serves the policy's base by.", failure.Message);
        await VllmRollouts.RequireReadyAsync(Options(server), "qwen", TestContext.Current.CancellationToken);
        Uri nobody = LoopbackServer.Nobody;
        failure = await Assert.ThrowsAsync<RemoteException>(() => VllmRollouts.RequireReadyAsync(Options(server) with { Url = nobody.ToString() }, "qwen", TestContext.Current.CancellationToken));
        Assert.StartsWith($"{nobody}v1/models cannot be reached: ", failure.Message);
    }

    private async Task<IReadOnlyList<MetricsRow>> Run(VllmServer server, SamplerCorrectionMode mode, Func<GrpoRecipe, GrpoRecipe>? change = null)
    {
        GrpoRecipe recipe = _workshop.Recipe(lora: true);
        recipe = recipe with
        {
            Rewards = [new RewardSource { Type = RewardSourceType.Regex, Name = "letter", Pattern = "[a-z]" }], // of 8 random bytes one is in half of the rows
            Optimizer = recipe.Optimizer with { LearningRate = 0.05 },
            Rollout = Options(server) with { VllmImportanceSamplingMode = mode, VllmImportanceSamplingCap = 1.2, MaxRetries = 0 },
            Training = new TrainingOptions { MaxSteps = 3 },
        };
        await GrpoWorkshop.Run(change?.Invoke(recipe) ?? recipe);
        return [.. MetricsLog.Read(_workshop["run/metrics.jsonl"]).Where(row => row.Metrics.ContainsKey("loss"))];
    }

    private static RolloutOptions Options(VllmServer server) => new() { Type = RolloutType.Vllm, Url = server.Address.ToString(), Model = "tiny" };

    private static void Scramble(Policy policy)
    {
        using var noGradient = torch.no_grad();
        using var generator = new torch.Generator(9);
        foreach (KeyValuePair<string, Tensor> parameter in policy.Adapter!.NamedParameters())
            parameter.Value.normal_(0, 0.3, generator);
    }
}
