using Plumbline.FakeHub;
using Plumbline.Models.Hub;

namespace Plumbline.Models.Tests.Hub;

/// <summary>What a hub may answer in place of the files: to wait, that it may not be read, something else altogether, nothing.</summary>
public sealed class HubPullAnswerTests : IAsyncLifetime
{
    private readonly HubWorld _world = new();

    public ValueTask InitializeAsync() => _world.InitializeAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Pull_429_WaitsAsLongAsTheHubAsks()
    {
        _world.Hub.Fail(new FakeFault { PathEnd = "/revision/main", Status = 429, RetryAfter = "37" });
        await _world.PullAsync();
        Assert.Equal([TimeSpan.FromSeconds(37)], _world.Time.Waits);
    }

    [Fact]
    public async Task Pull_503_WaitsTwiceAsLongEachTimeAndThenSaysSo()
    {
        _world.Hub.Fail(new FakeFault { PathEnd = "/revision/main", Status = 503, Times = 4 });
        await _world.PullAsync();
        Assert.Equal([1, 2, 4, 8], _world.Time.Waits.Select(w => w.TotalSeconds));
        _world.Hub.Fail(new FakeFault { PathEnd = "/revision/main", Status = 503, Times = 5 });
        Assert.Contains("answered 503 (Service Unavailable) 5 times", (await Assert.ThrowsAsync<HubException>(() => _world.PullAsync())).Message);
    }

    [Fact]
    public async Task Pull_AStorageHostThatFails_IsAskedAgain()
    {
        _world.Hub.Fail(new FakeFault { PathEnd = "model.safetensors", Status = 502, Times = 3 });
        await _world.PullAsync();
        Assert.Equal(4, _world.WeightRequests.Length);
    }

    [Fact]
    public async Task Pull_WithAToken_SendsItToTheHubAndNowhereElse()
    {
        await _world.PullAsync(settings: _world.Settings with { Token = _world.Hub.Token });
        Assert.All(_world.Hub.Requests, request => Assert.Equal(request.AtStorage ? "" : $"Bearer {_world.Hub.Token}", request.Authorization));
        Assert.NotEmpty(_world.WeightRequests);
    }

    [Fact]
    public async Task Pull_WhatMayNotBeRead_SaysWhyAndWhatToDo()
    {
        async Task<string> Said(string name, string? token = null) => (await Assert.ThrowsAnyAsync<HubException>(() => _world.PullAsync(name, _world.Settings with { Token = token }))).Message;
        _world.Hub.Add("org/secret", ("config.json", [1]), ("model.safetensors", [1])).Private = true;
        _world.Hub.Add("org/terms", ("config.json", [1]), ("model.safetensors", [1])).Gated = true;
        string at = _world.Hub.Endpoint;
        Assert.Equal($"There is no model org/none on {at} that everybody may read. Correct the name; if it is private, set HF_TOKEN ({at}/settings/tokens).", await Said("org/none"));
        Assert.Equal($"There is no model org/none on {at} that the owner of HF_TOKEN may read. Correct the name, or ask for access.", await Said("org/none", _world.Hub.Token));
        Assert.Contains("There is no model org/secret", await Said("org/secret"));
        Assert.Equal($"{at} does not know the token in HF_TOKEN. Make a new one ({at}/settings/tokens), or unset it.", await Said("org/tiny", "wrong"));
        Assert.Equal($"org/terms is gated: its owners ask you to accept terms first. Open {at}/org/terms in a browser, accept them, and set HF_TOKEN to a token of that account ({at}/settings/tokens). Then pull again.", await Said("org/terms"));
        Assert.Equal($"org/tiny has no revision 'v9'. A revision is a branch, a tag or a commit: see {at}/org/tiny/tree/main.", await Said("org/tiny@v9"));
        await _world.PullAsync("org/secret", _world.Settings with { Token = _world.Hub.Token });
        await _world.PullAsync("org/terms", _world.Settings with { Token = _world.Hub.Token });
    }

    [Fact]
    public async Task Pull_AProxysPage_IsNotTakenForTheHub()
    {
        _world.Hub.Fail(new FakeFault { PathEnd = "/revision/main", Page = "<html>log in</html>" });
        Assert.Contains("is not the hub's JSON", (await Assert.ThrowsAsync<HubException>(() => _world.PullAsync())).Message);
        _world.Hub.Fail(new FakeFault { PathEnd = "/revision/main", Page = "{}" });
        Assert.Contains("names the commit of org/tiny '', which is none", (await Assert.ThrowsAsync<HubException>(() => _world.PullAsync())).Message);
    }

    [Fact]
    public async Task Pull_NobodyThere_SaysThatTheHubCannotBeReached()
    {
        HubSettings nowhere = _world.Settings with { Endpoint = "http://127.0.0.1:1" };
        Assert.Contains("The hub at http://127.0.0.1:1 cannot be reached", (await Assert.ThrowsAsync<HubException>(() => _world.PullAsync(settings: nowhere))).Message);
        Assert.Equal(4, _world.Time.Waits.Count);
        Assert.Contains("HF_ENDPOINT is 'hub'", (await Assert.ThrowsAsync<HubException>(() => _world.PullAsync(settings: nowhere with { Endpoint = "hub" }))).Message);
    }

    [Fact]
    public async Task Pull_PicklesOnly_AreRefused()
    {
        _world.Hub.Add("org/old", ("config.json", [1]), ("pytorch_model.bin", [1]));
        Assert.Contains("has its weights as pytorch_model.bin only, a pickle, which can run code", (await Assert.ThrowsAsync<HubException>(() => _world.PullAsync("org/old"))).Message);
        Assert.Contains("a pickle", (await Assert.ThrowsAsync<HubException>(() => _world.PullAsync(selection: new FileSelection { Include = ["*.bin"] }))).Message);
    }
}
