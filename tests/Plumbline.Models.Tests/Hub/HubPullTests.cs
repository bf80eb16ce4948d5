using Plumbline.FakeHub;
using Plumbline.Models.Hub;

namespace Plumbline.Models.Tests.Hub;

public sealed class HubPullTests : IAsyncLifetime
{
    private readonly HubWorld _world = new();

    public ValueTask InitializeAsync() => _world.InitializeAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    private string Blob(string hash) => Path.Combine(_world.Cache, "models--org--tiny", "blobs", hash);

    private static readonly string WeightsHash = ContentHash.Sha256(new MemoryStream(HubWorld.Weights));

    [Fact]
    public async Task Pull_AModel_LiesInTheEcosystemsLayout()
    {
        PullResult result = await _world.PullAsync();
        string repository = Path.Combine(_world.Cache, "models--org--tiny");
        Assert.Equal(["README.md", "config.json", "model.safetensors", "tokenizer.json"], result.Files.Select(f => f.Path));
        Assert.Equal(result.Commit, File.ReadAllText(Path.Combine(repository, "refs", "main")));
        Assert.Equal(Path.Combine(repository, "snapshots", result.Commit), result.Folder);
        Assert.Equal(HubWorld.Weights, File.ReadAllBytes(Path.Combine(result.Folder, "model.safetensors")));
        // Links are relative, so that a cache may be moved; a small file has git's name, `printf '{}' | git hash-object --stdin`.
        Assert.Equal($"../../blobs/{WeightsHash}", new FileInfo(Path.Combine(result.Folder, "model.safetensors")).LinkTarget);
        Assert.Equal("../../blobs/9e26dfeeb6e641a33dae4961196235bdb965b21b", new FileInfo(Path.Combine(result.Folder, "config.json")).LinkTarget);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(repository, "blobs"), "*.incomplete"));
        Assert.Equal((300_000 + 2 + 7 + 5, 300_000 + 2 + 7 + 5), ((int)result.Bytes, (int)result.Fetched));
    }

    [Fact]
    public async Task Pull_Again_FetchesNothing()
    {
        await _world.PullAsync();
        int before = _world.Hub.Requests.Count(r => r.Path.Contains("/resolve/", StringComparison.Ordinal));
        PullResult again = await _world.PullAsync();
        Assert.Equal(0, again.Fetched);
        Assert.Equal(before, _world.Hub.Requests.Count(r => r.Path.Contains("/resolve/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Pull_ANewCommit_FetchesOnlyWhatChanged()
    {
        PullResult first = await _world.PullAsync();
        _world.Repository.Commit("main", [FakeFile.Of("README.md", "changed"u8.ToArray())], [], "card");
        PullResult second = await _world.PullAsync();
        Assert.NotEqual(first.Commit, second.Commit);
        Assert.Equal(7, second.Fetched);
        Assert.Single(_world.WeightRequests);
        Assert.Equal(HubWorld.Weights, File.ReadAllBytes(Path.Combine(second.Folder, "model.safetensors")));
        Assert.Equal("hello", File.ReadAllText(Path.Combine(first.Folder, "README.md")));
    }

    [Fact]
    public async Task Pull_ABodyCutTwice_GoesOnFromWhereItBroke()
    {
        _world.Hub.Fail(new FakeFault { PathEnd = "model.safetensors", CutAfter = 100_000, Times = 2 });
        PullResult result = await _world.PullAsync();
        Assert.Equal(HubWorld.Weights, File.ReadAllBytes(Path.Combine(result.Folder, "model.safetensors")));
        FakeRequest[] requests = _world.WeightRequests;
        Assert.Equal(3, requests.Length);
        Assert.Equal("", requests[0].Range);
        // What arrived is kept: each request begins later than the one before.
        long[] starts = [.. requests[1..].Select(r => long.Parse(r.Range["bytes=".Length..].TrimEnd('-')))];
        Assert.True(starts[0] > 0 && starts[1] > starts[0] && starts[1] <= 200_000, string.Join(' ', starts));
    }

    [Fact]
    public async Task Pull_APartOfAnEarlierPull_IsNotFetchedAgain()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Blob(WeightsHash))!);
        File.WriteAllBytes(Blob(WeightsHash) + ".incomplete", HubWorld.Weights[..200_000]);
        PullResult result = await _world.PullAsync();
        Assert.Equal("bytes=200000-", Assert.Single(_world.WeightRequests).Range);
        Assert.Equal(HubWorld.Weights, File.ReadAllBytes(Path.Combine(result.Folder, "model.safetensors")));
    }

    [Fact]
    public async Task Pull_AServerThatKnowsNoRanges_BeginsAnew()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Blob(WeightsHash))!);
        File.WriteAllBytes(Blob(WeightsHash) + ".incomplete", HubWorld.Weights[..200_000]);
        _world.Hub.Fail(new FakeFault { PathEnd = "model.safetensors", IgnoreRange = true });
        PullResult result = await _world.PullAsync();
        Assert.Equal(HubWorld.Weights, File.ReadAllBytes(Path.Combine(result.Folder, "model.safetensors")));
    }

    [Theory, InlineData(416, false), InlineData(0, true)]
    public async Task Pull_AServerThatGivesAnotherRange_BeginsAnewAndTakesNothingTwice(int status, bool otherRange)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Blob(WeightsHash))!);
        File.WriteAllBytes(Blob(WeightsHash) + ".incomplete", HubWorld.Weights[..200_000]);
        _world.Hub.Fail(new FakeFault { PathEnd = "model.safetensors", Status = status, OtherRange = otherRange });
        PullResult result = await _world.PullAsync();
        Assert.Equal(HubWorld.Weights, File.ReadAllBytes(Path.Combine(result.Folder, "model.safetensors")));
        Assert.Equal(otherRange ? ["bytes=200000-"] : ["bytes=200000-", ""], _world.WeightRequests.Select(r => r.Range));
    }

    // What lies there is longer than the file: it is begun anew at once, and the one wrong answer that is allowed is still to come.
    [Fact]
    public async Task Pull_AnEarlierPartThatIsTooLong_IsThrownAway()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Blob(WeightsHash))!);
        File.WriteAllBytes(Blob(WeightsHash) + ".incomplete", new byte[300_001]);
        _world.Hub.Fail(new FakeFault { PathEnd = "model.safetensors", Corrupt = true });
        PullResult result = await _world.PullAsync();
        Assert.Equal(HubWorld.Weights, File.ReadAllBytes(Path.Combine(result.Folder, "model.safetensors")));
        Assert.Equal(2, _world.WeightRequests.Length);
    }

    [Fact]
    public async Task Pull_ABodyThatNeverMoves_IsGivenUpAfterFiveAttempts()
    {
        _world.Hub.Fail(new FakeFault { PathEnd = "model.safetensors", CutAfter = 0, Times = 4 });
        await _world.PullAsync();
        Assert.Equal(5, _world.WeightRequests.Length);
        _world.Repository.Commit("main", [FakeFile.Of("model.safetensors", [1, 2, 3])], [], "other weights");
        _world.Hub.Fail(new FakeFault { PathEnd = "model.safetensors", CutAfter = 0, Times = 5 });
        HubException fault = await Assert.ThrowsAsync<HubException>(() => _world.PullAsync());
        Assert.Contains("5 times after 0 of 3 bytes. Pull again to go on from there.", fault.Message);
    }

    [Fact]
    public async Task Pull_ABodyThatIsCutOftenButMoves_IsNotGivenUp()
    {
        _world.Hub.Fail(new FakeFault { PathEnd = "model.safetensors", CutAfter = 30_000, Times = 8 });
        PullResult result = await _world.PullAsync();
        Assert.Equal(HubWorld.Weights, File.ReadAllBytes(Path.Combine(result.Folder, "model.safetensors")));
        Assert.Equal(9, _world.WeightRequests.Length);
        Assert.Equal(Enumerable.Repeat(1.0, 8), _world.Time.Waits.Select(w => w.TotalSeconds)); // each time as after a first attempt
    }

    [Fact]
    public async Task Pull_Cancelled_KeepsWhatArrived()
    {
        using var stop = new CancellationTokenSource();
        using var client = new HubClient(_world.Settings, _world.Time);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new HubPull(client, _world.Time).RunAsync(HubName.Parse(HubWorld.Model), new(), null, new Stopper(stop), stop.Token));
        Assert.InRange(new FileInfo(Blob(WeightsHash) + ".incomplete").Length, 1, 300_000);
        Assert.DoesNotContain(_world.Time.Waits, wait => wait < TimeSpan.FromSeconds(60));
        Assert.Null(new HubCache(_world.Cache).Find(HubName.Parse(HubWorld.Model)));
    }

    [Fact]
    public async Task Pull_NamesWithSpacesAndSigns_AreFetched()
    {
        _world.Repository.Commit("main", [FakeFile.Of("a b#c%2F?.json", [1, 2])], [], "odd");
        PullResult result = await _world.PullAsync();
        Assert.Equal([1, 2], File.ReadAllBytes(Path.Combine(result.Folder, "a b#c%2F?.json")));
    }

    [Theory, InlineData("model.safetensors"), InlineData("config.json")]
    public async Task Pull_WrongContentsOnce_AreFetchedAgain(string path)
    {
        _world.Hub.Fail(new FakeFault { PathEnd = path, Corrupt = true });
        PullResult result = await _world.PullAsync();
        Assert.True(result.Files.Single(f => f.Path == path).IsWhole(Path.Combine(result.Folder, path)));
    }

    [Fact]
    public async Task Pull_WrongContentsTwice_AreRefusedAndLeaveNothing()
    {
        _world.Hub.Fail(new FakeFault { PathEnd = "model.safetensors", Corrupt = true, Times = 2 });
        HubException fault = await Assert.ThrowsAsync<HubException>(() => _world.PullAsync());
        Assert.Contains($"model.safetensors was fetched twice, and both times its contents had not the hash {WeightsHash}", fault.Message);
        Assert.False(File.Exists(Blob(WeightsHash)) || File.Exists(Blob(WeightsHash) + ".incomplete"));
        Assert.Null(new HubCache(_world.Cache).Find(HubName.Parse(HubWorld.Model)));
    }

    [Fact]
    public async Task Pull_Globs_ChooseFiles()
    {
        async Task<string> Paths(string[] include, string[] exclude) => string.Join(' ', (await _world.PullAsync(selection: new FileSelection { Include = include, Exclude = exclude })).Files.Select(f => f.Path));
        Assert.Equal("config.json original/params.json tokenizer.json", await Paths(["*.json"], []));
        Assert.Equal("original/params.json", await Paths(["original/"], []));
        Assert.Equal("README.md config.json tokenizer.json", await Paths([], ["*.safetensors"]));
        Assert.Equal("config.json", await Paths(["*.json", "x?"], ["original/*", "token*"]));
        Assert.Contains("none fits --include *.onnx", (await Assert.ThrowsAsync<HubException>(() => _world.PullAsync(selection: new FileSelection { Include = ["*.onnx"] }))).Message);
    }

    [Fact]
    public async Task Pull_AListingInPages_IsReadToItsEnd()
    {
        _world.Hub.PageSize = 2;
        Assert.Equal(4, (await _world.PullAsync()).Files.Count);
    }

    [Fact]
    public async Task Pull_IntoAFolder_LeavesPlainFilesAndNothingElse()
    {
        string folder = Path.Combine(_world.Cache, "own");
        PullResult result = await _world.PullAsync(localDirectory: folder, selection: new FileSelection { Include = ["*.json"] });
        Assert.Equal(["config.json", "original/params.json", "tokenizer.json"],
            Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f).Replace('\\', '/')).Order(StringComparer.Ordinal));
        Assert.Null(new FileInfo(Path.Combine(folder, "config.json")).LinkTarget);
        Assert.Equal(0, (await _world.PullAsync(localDirectory: folder, selection: new FileSelection { Include = ["*.json"] })).Fetched);
        File.WriteAllText(Path.Combine(folder, "config.json"), "[]"); // of the same size, but not the same
        Assert.Equal(2, (await _world.PullAsync(localDirectory: folder, selection: new FileSelection { Include = ["*.json"] })).Fetched);
        Assert.Equal("{}", File.ReadAllText(Path.Combine(result.Folder, "config.json")));
    }

    // Of the same length, but other contents: a length alone would not tell.
    [Fact]
    public async Task Pull_IntoAFolder_ReplacesWhatDiffersAndLeavesOthersFiles()
    {
        string folder = Path.Combine(_world.Cache, "own");
        Directory.CreateDirectory(Path.Combine(folder, ".cache", "huggingface"));
        File.WriteAllText(Path.Combine(folder, ".cache", "huggingface", "CACHEDIR.TAG"), "x");
        File.WriteAllText(Path.Combine(folder, "config.json"), "[]");
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), "{\"a\":1}");
        PullResult result = await _world.PullAsync(localDirectory: folder, selection: new FileSelection { Include = ["*.json"], Exclude = ["original/"] });
        Assert.Equal("{}", File.ReadAllText(Path.Combine(folder, "config.json")));
        Assert.Equal(2, result.Fetched);
        Assert.Equal("x", File.ReadAllText(Path.Combine(folder, ".cache", "huggingface", "CACHEDIR.TAG")));
    }

    [Fact]
    public async Task Pull_ADiskWithRoomForTheRest_IsEnough()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Blob(WeightsHash))!);
        File.WriteAllBytes(Blob(WeightsHash) + ".incomplete", HubWorld.Weights[..200_000]);
        await HubWorld.PullAsync(new HubPull(new HubClient(_world.Settings, _world.Time), _world.Time) { FreeBytes = _ => 100_014 });
    }

    [Fact]
    public async Task Pull_AFullDisk_IsToldBeforeTheFirstByte()
    {
        var pull = new HubPull(new HubClient(_world.Settings, _world.Time), _world.Time) { FreeBytes = _ => 300_013 };
        HubException fault = await Assert.ThrowsAsync<HubException>(() => HubWorld.PullAsync(pull));
        Assert.Contains("has 0.00 GB free", fault.Message);
        Assert.Empty(_world.WeightRequests);
        await HubWorld.PullAsync(new HubPull(new HubClient(_world.Settings, _world.Time), _world.Time) { FreeBytes = _ => 300_014 });
    }

    [Fact]
    public async Task Pull_TwoAtOnce_FetchEachFileOnce()
    {
        PullResult[] both = await Task.WhenAll(_world.PullAsync(), _world.PullAsync());
        Assert.Equal(both[0].Folder, both[1].Folder);
        Assert.Single(_world.WeightRequests);
    }

    [Fact]
    public async Task Pull_Offline_FindsWhatIsHereAndAsksNobody()
    {
        PullResult here = await _world.PullAsync();
        int asked = _world.Hub.Requests.Count;
        Assert.Equal(here.Folder, (await _world.PullAsync(settings: _world.Settings with { Offline = true })).Folder);
        Assert.Contains("org/none is not in the cache", (await Assert.ThrowsAsync<HubException>(() => _world.PullAsync("org/none", _world.Settings with { Offline = true }))).Message);
        Assert.Equal(asked, _world.Hub.Requests.Count);
    }

    [Fact]
    public async Task Pull_ABranchOfAPullRequestOrACommit_IsFoundUnderItsName()
    {
        string commit = _world.Repository.Commit("refs/pr/1", [FakeFile.Of("model.safetensors", [7]), FakeFile.Of("config.json", [1])], [], "safetensors");
        PullResult branch = await _world.PullAsync("org/tiny@refs/pr/1"), exact = await _world.PullAsync($"org/tiny@{commit}");
        Assert.Equal((commit, commit), (branch.Commit, exact.Commit));
        var cache = new HubCache(_world.Cache);
        Assert.Equal(branch.Folder, cache.Find(HubName.Parse("org/tiny@refs/pr/1"))?.Folder);
        Assert.Equal(branch.Folder, cache.Find(HubName.Parse($"org/tiny@{commit}"))?.Folder);
        Assert.Null(cache.Find(HubName.Parse("org/tiny")));
    }

    [Fact]
    public async Task Pull_ACommit_LeavesNoReference()
    {
        await _world.PullAsync($"org/tiny@{_world.Repository.Resolve("main")}");
        Assert.False(Directory.Exists(Path.Combine(_world.Cache, "models--org--tiny", "refs")));
    }

    [Fact]
    public async Task Pull_AFileOfTheCacheThatWasCut_IsFetchedAgain()
    {
        await _world.PullAsync();
        File.WriteAllBytes(Blob(WeightsHash), [1, 2, 3]);
        PullResult again = await _world.PullAsync();
        Assert.Equal((300_000, 2), ((int)again.Fetched, _world.WeightRequests.Length));
        Assert.Equal(HubWorld.Weights, File.ReadAllBytes(Path.Combine(again.Folder, "model.safetensors")));
    }

    [Fact]
    public async Task Pull_ADataSet_TakesAllItsFiles()
    {
        _world.Hub.Create("datasets/org/rows").Commit("main", [FakeFile.Of("data/train.parquet", [1, 2]), FakeFile.Of("README.md", [3])], [], "rows");
        PullResult result = await _world.PullAsync("datasets/org/rows");
        Assert.Equal(["README.md", "data/train.parquet"], result.Files.Select(f => f.Path));
        Assert.StartsWith(Path.Combine(_world.Cache, "datasets--org--rows"), result.Folder);
    }

    [Theory, InlineData("../evil.json"), InlineData("a/../../evil.json"), InlineData("a//b.json"), InlineData("./a.json"), InlineData("a\\..\\b.json"), InlineData("C:evil.json")]
    public async Task Pull_APathThatLeavesTheFolder_IsRefused(string path)
    {
        _world.Repository.Commit("main", [FakeFile.Of(path, [1])], [], "evil");
        Assert.Contains("whose path would leave the folder", (await Assert.ThrowsAsync<HubException>(() => _world.PullAsync())).Message);
    }

    [Fact]
    public async Task Files_OfAListingInAnyOrder_AreInThatOfTheirPaths()
    {
        string commit = _world.Repository.Resolve("main")!, hash = new('0', 40);
        _world.Hub.Fail(new FakeFault { PathEnd = $"/tree/{commit}", Page = $$"""[{"type":"file","path":"b","size":1,"oid":"{{hash}}"},{"type":"directory","path":"c","size":0,"oid":"{{hash}}"},{"type":"file","path":"a","size":1,"oid":"{{hash}}"}]""" });
        using var client = new HubClient(_world.Settings, _world.Time);
        Assert.Equal(["a", "b"], (await client.FilesAsync(HubName.Parse(HubWorld.Model), commit, TestContext.Current.CancellationToken)).Select(f => f.Path));
    }

    // A hash becomes the name of a file in the cache.
    [Fact]
    public async Task Pull_AHashThatIsNone_IsRefused()
    {
        _world.Hub.Fail(new FakeFault { PathEnd = $"/tree/{_world.Repository.Resolve("main")}", Page = """[{"type":"file","path":"config.json","size":1,"oid":"../../../evil"}]""" });
        Assert.Contains("with the hash '../../../evil', which is none", (await Assert.ThrowsAsync<HubException>(() => _world.PullAsync())).Message);
    }

    [Fact]
    public async Task Pull_Progress_EndsAtEverySize()
    {
        var seen = new List<TransferProgress>();
        await _world.PullAsync(progress: new Listener(seen));
        Assert.Equal(4, seen.Count(p => p.Done == p.Size));
        Assert.Contains(seen, p => p.Path == "model.safetensors" && p.Done > 0 && p.Done < p.Size);
        seen.Clear();
        await _world.PullAsync(progress: new Listener(seen));
        Assert.True(seen.Count == 4 && seen.TrueForAll(p => p.Kept));
    }

    private sealed class Stopper(CancellationTokenSource stop) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value)
        {
            if (value.Path == "model.safetensors" && value.Done > 0)
                stop.Cancel();
        }
    }

    private sealed class Listener(List<TransferProgress> seen) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value)
        {
            lock (seen)
                seen.Add(value);
        }
    }
}
