using Plumbline.FakeHub;
using Plumbline.Models.Hub;

namespace Plumbline.Models.Tests.Hub;

public sealed class HubHttpTests : IAsyncLifetime
{
    private const string Path = "/api/models/org/tiny/revision/main";
    private readonly HubWorld _world = new();

    public ValueTask InitializeAsync() => _world.InitializeAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    private async Task<string> CommitAsync(string name = HubWorld.Model, string? token = null)
    {
        using var client = new HubClient(_world.Settings with { Token = token }, _world.Time);
        return await client.CommitAsync(HubName.Parse(name), TestContext.Current.CancellationToken);
    }

    // As the hub answers for a repository that was renamed: the address is relative, the token is wanted at the new one too.
    [Theory, InlineData(301), InlineData(302), InlineData(307), InlineData(308)]
    public async Task Send_ARedirectOnTheHub_IsFollowedWithTheToken(int status)
    {
        _world.Repository.Private = true;
        _world.Hub.Add("org/old", ("config.json", [1]));
        _world.Hub.Fail(new FakeFault { PathEnd = "/org/old/revision/main", Status = status, Location = Path });
        Assert.Equal(_world.Repository.Resolve("main"), await CommitAsync("org/old", _world.Hub.Token));
        Assert.Equal(["/api/models/org/old/revision/main", Path], _world.Hub.Requests.Select(r => r.Path));
    }

    [Fact]
    public async Task Send_RedirectsWithoutEnd_AreGivenUp()
    {
        _world.Hub.Fail(new FakeFault { PathEnd = Path, Status = 302, Location = Path, Times = 50 });
        Assert.Contains("sends from one address to the next without end", (await Assert.ThrowsAsync<HubException>(() => CommitAsync())).Message);
        Assert.Equal(11, _world.Hub.Requests.Count);
    }

    [Fact]
    public async Task Send_ARedirectWithoutAnAddress_IsARefusal()
    {
        _world.Hub.Fail(new FakeFault { PathEnd = Path, Status = 302 });
        Assert.Contains("answered 302", (await Assert.ThrowsAsync<HubException>(() => CommitAsync())).Message);
    }

    // The clock stands at midnight of 1 January 2026. A date that is past, or no time at all, is no wish: 1 second, as for the first attempt.
    [Theory]
    [InlineData("Thu, 01 Jan 2026 00:00:42 GMT", 42), InlineData("Wed, 31 Dec 2025 23:59:00 GMT", 1), InlineData("soon", 1), InlineData("4000", 300)]
    public async Task Send_429_WaitsUntilTheTimeNamedAndFiveMinutesAtMost(string retryAfter, double seconds)
    {
        _world.Hub.Fail(new FakeFault { PathEnd = Path, Status = 429, RetryAfter = retryAfter });
        await CommitAsync();
        Assert.Equal([seconds], _world.Time.Waits.Select(w => w.TotalSeconds));
    }

    [Theory, InlineData(500, 2), InlineData(502, 2), InlineData(418, 1)]
    public async Task Send_OnlyWhatMayPass_IsTriedAgain(int status, int requests)
    {
        _world.Hub.Fail(new FakeFault { PathEnd = Path, Status = status });
        if (requests == 1)
            await Assert.ThrowsAsync<HubException>(() => CommitAsync());
        else
            await CommitAsync();
        Assert.Equal(requests, _world.Hub.Requests.Count);
    }
}
