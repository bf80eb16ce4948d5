using Plumbline.Models.Checkpoints;
using Plumbline.Models.Hub;

namespace Plumbline.Models.Tests.Hub;

public sealed class ModelFolderTests : IAsyncLifetime
{
    private readonly HubWorld _world = new();

    public ValueTask InitializeAsync() => _world.InitializeAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Find_APulledName_IsItsSnapshot()
    {
        PullResult pulled = await _world.PullAsync();
        var cache = new HubCache(_world.Cache);
        Assert.Equal((pulled.Folder, pulled.Commit), ModelFolder.Find("org/tiny", cache));
        Assert.Equal((pulled.Folder, pulled.Commit), ModelFolder.Find($"org/tiny@{pulled.Commit}", cache));
        Assert.Equal(["org/tiny"], cache.Models());
    }

    [Fact]
    public void Find_AFolderThatExists_WinsOverAName()
    {
        string folder = Directory.CreateTempSubdirectory("plumbline-folder-").FullName;
        Assert.Null(ModelFolder.Find(folder, new HubCache(_world.Cache)));
        Assert.Null(ModelFolder.Find("no/such/folder/here", new HubCache(_world.Cache)));
        Assert.Null(ModelFolder.Find("word", new HubCache(_world.Cache)));
        Assert.Null(ModelFolder.Find("datasets/org/rows", new HubCache(_world.Cache)));
        Directory.Delete(folder);
    }

    // What stands in refs becomes a path.
    [Theory, InlineData(".."), InlineData("../../../etc"), InlineData("")]
    public async Task Find_AReferenceThatIsNoCommit_IsNothing(string reference)
    {
        await _world.PullAsync();
        File.WriteAllText(Path.Combine(_world.Cache, "models--org--tiny", "refs", "main"), reference);
        Assert.Null(new HubCache(_world.Cache).Find(HubName.Parse("org/tiny")));
    }

    [Fact]
    public void Find_ANameThatWasNotPulled_SaysHowTo()
    {
        CheckpointException fault = Assert.Throws<CheckpointException>(() => ModelFolder.Find("org/absent@v2", new HubCache(_world.Cache)));
        Assert.Equal($"org/absent@v2: there is no such folder, and no model of that name in the cache ({_world.Cache}). Pull it with `plumbline pull org/absent@v2`, or correct the path.", fault.Message);
    }
}
