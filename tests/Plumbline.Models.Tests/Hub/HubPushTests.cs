using Plumbline.FakeHub;
using Plumbline.Models.Hub;

namespace Plumbline.Models.Tests.Hub;

public sealed class HubPushTests : IAsyncLifetime
{
    private readonly HubWorld _world = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("plumbline-push-").FullName;

    public async ValueTask InitializeAsync()
    {
        await _world.InitializeAsync();
        Write("config.json", "{}"u8.ToArray());
        Write("model.safetensors", HubWorld.Weights);
        Write("chat/one.jinja", "{{x}}"u8.ToArray());
        Write(".plumbline.lock", [1]);
        Write(".cache/huggingface/x", [1]);
    }

    public async ValueTask DisposeAsync()
    {
        await _world.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private void Write(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_folder, path))!);
        File.WriteAllBytes(Path.Combine(_folder, path), bytes);
    }

    private Task<PushResult> PushAsync(string name = "me/new", PushOptions? options = null, HubSettings? settings = null, IProgress<TransferProgress>? progress = null) =>
        new HubPush(new HubClient(settings ?? _world.Settings with { Token = _world.Hub.Token }, _world.Time))
            .RunAsync(_folder, HubName.Parse(name), options ?? new(), progress, TestContext.Current.CancellationToken);

    private IReadOnlyDictionary<string, FakeFile> Published(string name = "me/new") => _world.Hub.Find($"models/{name}")!.Files(_world.Hub.Find($"models/{name}")!.Resolve("main")!);

    private static byte[] Contents(FakeFile file)
    {
        using Stream stream = file.Open();
        byte[] bytes = new byte[file.Size];
        stream.ReadExactly(bytes);
        return bytes;
    }

    [Fact]
    public async Task Push_AFolder_MakesTheRepositoryAndOneCommit()
    {
        PushResult result = await PushAsync(options: new PushOptions { Private = true, Message = "first" });
        Assert.Equal(["chat/one.jinja", "config.json", "model.safetensors"], result.Sent);
        Assert.Equal(result.Sent, Published().Keys);
        Assert.Equal(HubWorld.Weights, Contents(Published()["model.safetensors"]));
        Assert.Equal("{{x}}"u8.ToArray(), Contents(Published()["chat/one.jinja"]));
        FakeRepository made = _world.Hub.Find("models/me/new")!;
        Assert.True(made.Private);
        Assert.Equal(["initial commit", "first"], made.Messages);
        Assert.Equal(($"{_world.Hub.Endpoint}/me/new", made.Resolve("main"), 3, 300_007L), (result.Address, result.Commit, result.Files, result.Bytes));
    }

    [Fact]
    public async Task Push_ThenPull_GivesTheSameFiles()
    {
        await PushAsync();
        PullResult pulled = await _world.PullAsync("me/new", selection: new FileSelection { Include = ["*"] });
        foreach (string path in (string[])["config.json", "model.safetensors", "chat/one.jinja"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(_folder, path)), File.ReadAllBytes(Path.Combine(pulled.Folder, path)));
    }

    [Fact]
    public async Task Push_Again_SendsOnlyWhatChanged()
    {
        PushResult first = await PushAsync();
        PushResult same = await PushAsync();
        Assert.Equal((first.Commit, 0), (same.Commit, same.Sent.Count));
        Write("config.json", "[]"u8.ToArray());
        PushResult second = await PushAsync();
        Assert.Equal(["config.json"], second.Sent);
        Assert.Single(_world.Hub.Requests, r => r is { AtStorage: true, Method: "PUT" });
        Assert.Equal(3, _world.Hub.Find("models/me/new")!.Messages.Count);
    }

    [Fact]
    public async Task Push_ShardsInPlaceOfOneFile_RemovesTheOldWeights()
    {
        await PushAsync();
        _world.Hub.Find("models/me/new")!.Commit("main", [FakeFile.Of("notes.md", [1])], [], "by hand");
        File.Move(Path.Combine(_folder, "model.safetensors"), Path.Combine(_folder, "model-00001-of-00001.safetensors"));
        PushResult result = await PushAsync();
        Assert.Equal(["model.safetensors"], result.Removed);
        Assert.Equal(["chat/one.jinja", "config.json", "model-00001-of-00001.safetensors", "notes.md"], Published().Keys);
    }

    [Fact]
    public async Task Push_InParts_ArrivesWhole()
    {
        _world.Hub.PartSize = 70_000; // four parts and a rest of 20,000
        _world.Hub.Fail(new FakeFault { PathEnd = "/3", Status = 503 });
        await PushAsync();
        Assert.Equal(HubWorld.Weights, Contents(Published()["model.safetensors"]));
        Assert.Equal(6, _world.Hub.Requests.Count(r => r is { AtStorage: true, Method: "PUT" }));
    }

    // "10" would come before "2" as a text; a storage wants the parts named in their order.
    [Fact]
    public async Task Push_InMoreThanNineParts_NamesThemInOrder()
    {
        _world.Hub.PartSize = 25_000;
        await PushAsync();
        Assert.Equal(HubWorld.Weights, Contents(Published()["model.safetensors"]));
    }

    // More than fit into one question of each kind: 256 files to sort, 100 to store.
    [Fact]
    public async Task Push_ManyFiles_SendsThemAll()
    {
        for (int i = 0; i < 257; i++)
            Write($"parts/{i:D3}.safetensors", [(byte)i, (byte)(i >> 8)]);
        PushResult result = await PushAsync();
        Assert.Equal(260, result.Sent.Count);
        Assert.Equal(result.Sent, Published().Keys);
        Assert.Equal(258, _world.Hub.Requests.Count(r => r is { AtStorage: true, Method: "PUT" }));
    }

    [Fact]
    public async Task Push_AStorageThatFails_IsAskedAgain()
    {
        string hash = ContentHash.Sha256(new MemoryStream(HubWorld.Weights));
        _world.Hub.Fail(new FakeFault { PathEnd = hash, Status = 500, Times = 2 });
        await PushAsync();
        Assert.Equal([1, 2], _world.Time.Waits.Select(w => w.TotalSeconds));
        Assert.Equal(HubWorld.Weights, Contents(Published()["model.safetensors"]));
        Assert.All(_world.Hub.Requests, r => Assert.Equal(r.AtStorage ? "" : $"Bearer {_world.Hub.Token}", r.Authorization));
    }

    [Fact]
    public async Task Push_TwoFilesOfOneContent_SendItOnce()
    {
        Write("copy/model.safetensors", HubWorld.Weights);
        await PushAsync();
        Assert.Single(_world.Hub.Requests, r => r is { AtStorage: true, Method: "PUT" });
        Assert.Equal(HubWorld.Weights, Contents(Published()["copy/model.safetensors"]));
    }

    [Fact]
    public async Task Push_WhatCannotBe_SaysWhy()
    {
        async Task<string> Said(string name = "me/new", HubSettings? settings = null) => (await Assert.ThrowsAnyAsync<HubException>(() => PushAsync(name, settings: settings))).Message;
        Assert.Equal($"A push needs a token that may write: make one at {_world.Hub.Endpoint}/settings/tokens and set HF_TOKEN to it.", await Said(settings: _world.Settings));
        Assert.Contains("does not know the token in HF_TOKEN", await Said(settings: _world.Settings with { Token = "wrong" }));
        Assert.Contains("'new' lacks an owner", await Said("new"));
        Assert.Contains("has no revision 'branch'", await Said("me/new@branch"));
        _world.Hub.Fail(new FakeFault { PathEnd = "/api/repos/create", Status = 403 });
        Assert.Contains("forbids this for other/new. The token in HF_TOKEN may lack a permission", await Said("other/new"));
        _world.Hub.Fail(new FakeFault { PathEnd = "/commit/main", Status = 412 });
        Assert.Equal("me/new was changed by somebody else meanwhile. Push again.", await Said());
        Assert.Contains("HF_HUB_OFFLINE is set", await Said(settings: _world.Settings with { Token = "t", Offline = true }));
        _world.Hub.UploadError = "too large for this account";
        Assert.Contains("the storage refuses model.safetensors: too large for this account", await Said("me/refused"));
        Write("recipe.yaml", [1]);
        Write("final/config.json", [1]);
        Assert.Contains($"What is published is the model in it: {Path.Combine(_folder, "final")}.", await Said());
    }
}
