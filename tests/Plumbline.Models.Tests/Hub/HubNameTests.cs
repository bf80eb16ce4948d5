using Plumbline.Models.Hub;

namespace Plumbline.Models.Tests.Hub;

public sealed class HubNameTests
{
    [Theory]
    [InlineData("Qwen/Qwen2.5-0.5B-Instruct", "Qwen/Qwen2.5-0.5B-Instruct", "main", "models--Qwen--Qwen2.5-0.5B-Instruct")]
    [InlineData("org/name@v1.0", "org/name", "v1.0", "models--org--name")]
    [InlineData("org/name@refs/pr/12", "org/name", "refs/pr/12", "models--org--name")]
    [InlineData("gpt2", "gpt2", "main", "models--gpt2")]
    [InlineData("datasets/org/rows", "org/rows", "main", "datasets--org--rows")]
    public void Parse_AName_TellsItsParts(string text, string repository, string revision, string folder)
    {
        HubName name = HubName.Parse(text);
        Assert.Equal((repository, revision, folder, text), (name.Repository, name.Revision, name.CacheFolder, name.ToString()));
    }

    [Theory, InlineData(""), InlineData("a/b/c"), InlineData("/abs/path"), InlineData("./here"), InlineData("../up"), InlineData("org/na me"), InlineData("org/a--b"), InlineData("org/name@"), InlineData("org/name@../x"), InlineData("a\\b")]
    public void Parse_WhatIsNoName_IsRefused(string text) => Assert.Null(HubName.TryParse(text));

    [Fact]
    public void Settings_FollowTheEcosystemsVariables()
    {
        static HubSettings From(params (string Name, string Value)[] set) => HubSettings.From(name => set.FirstOrDefault(s => s.Name == name).Value);
        string user = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        Assert.Equal((Path.Combine(user, ".cache", "huggingface", "hub"), "https://huggingface.co", false), (From().CacheDirectory, From().Endpoint, From().Offline));
        Assert.Equal("/x/huggingface/hub", From(("XDG_CACHE_HOME", "/x")).CacheDirectory);
        Assert.Equal("/h/hub", From(("XDG_CACHE_HOME", "/x"), ("HF_HOME", "/h")).CacheDirectory);
        Assert.Equal("/c", From(("HF_HOME", "/h"), ("HF_HUB_CACHE", "/c")).CacheDirectory);
        Assert.Equal(Path.Combine(user, "h/hub"), From(("HF_HOME", "~/h")).CacheDirectory);
        Assert.Equal(("http://mirror", true, "t"), (From(("HF_ENDPOINT", "http://mirror/")).Endpoint, From(("HF_HUB_OFFLINE", "1")).Offline, From(("HF_TOKEN", " t\n")).Token));
        Assert.Equal("/old", From(("HF_HOME", "/h"), ("HUGGINGFACE_HUB_CACHE", "/old")).CacheDirectory);
        Assert.All(["1", "true", "Yes", "ON"], value => Assert.True(From(("HF_HUB_OFFLINE", value)).Offline));
        Assert.All(["0", "false", " "], value => Assert.False(From(("HF_HUB_OFFLINE", value)).Offline));
    }

    [Fact]
    public void Settings_TokenFile_IsReadWhereNoVariableIsSet()
    {
        string home = Directory.CreateTempSubdirectory("plumbline-token-").FullName;
        File.WriteAllText(Path.Combine(home, "token"), "from file\n");
        Assert.Equal("from file", HubSettings.From(name => name == "HF_HOME" ? home : null).Token);
        Assert.Equal("from variable", HubSettings.From(name => name == "HF_HOME" ? home : name == "HF_TOKEN" ? "from variable" : null).Token);
        string other = Path.Combine(home, "other");
        File.WriteAllText(other, "from another file");
        Assert.Equal("from another file", HubSettings.From(name => name == "HF_HOME" ? home : name == "HF_TOKEN_PATH" ? other : null).Token);
        File.WriteAllText(other, "\n");
        Assert.Null(HubSettings.From(name => name == "HF_TOKEN_PATH" ? other : null).Token);
        Directory.Delete(home, recursive: true);
        Assert.Null(HubSettings.From(name => name == "HF_HOME" ? home : null).Token);
    }
}
