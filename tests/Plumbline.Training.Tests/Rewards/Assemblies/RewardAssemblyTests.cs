using System.Runtime.Loader;
using System.Text.Json;
using Plumbline.Rewards;
using Plumbline.Training.Rewards;
using Plumbline.Training.Rewards.Assemblies;
using Plumbline.Training.Tests.Runs;

namespace Plumbline.Training.Tests.Rewards.Assemblies;

public sealed class RewardAssemblyTests
{
    private static readonly string Rewards = Built("Plumbline.TestRewards");

    [Fact]
    public async Task Load_ByName_Scores_ApartFromOurs_WithItsOwnLibraries()
    {
        IReward made = RewardAssembly.Load(Rewards, "Plumbline.TestRewards.Counting");
        Assert.NotSame(AssemblyLoadContext.Default, AssemblyLoadContext.GetLoadContext(made.GetType().Assembly));
        using var reward = new UserReward(made);
        var known = new RewardInput("6 x 7", "it is 42") { Columns = new Dictionary<string, JsonElement> { ["answer"] = JsonElement.Parse("42") } };
        RewardTable table = await reward.ScoreAsync([known, ("p", "four")], TestContext.Current.CancellationToken);
        Assert.Equal(["letters", "answer", "yaml_version"], table.Objectives);
        Assert.Equal([[8, 1, 16], [4, double.NaN, 16]], table.Scores);
        Assert.Equal(18, typeof(YamlDotNet.Core.Parser).Assembly.GetName().Version?.Major);
    }

    [Fact]
    public async Task Load_OfTheSample_ScoresAsItsReadersExpect()
    {
        using var reward = new UserReward(RewardAssembly.Load(Built("MyReward"), className: null));
        RewardTable table = await reward.ScoreAsync(
            [new("6 x 7?", "Thank you for asking: 42.") { Columns = new Dictionary<string, JsonElement> { ["answer"] = JsonElement.Parse("\"42\"") } }, ("Hello", "Go away")],
            TestContext.Current.CancellationToken);
        Assert.Equal(["courtesy", "correct"], table.Objectives);
        Assert.Equal([[0.5, 1], [0, double.NaN]], table.Scores);
    }

    [Theory]
    [InlineData("Plumbline.TestRewards.Absent", "has no reward Plumbline.TestRewards.Absent: there is no such class. Its rewards are Plumbline.TestRewards.Counting, Plumbline.TestRewards.Demanding, ")]
    [InlineData("Plumbline.TestRewards.Stranger", "has no reward Plumbline.TestRewards.Stranger: that class is abstract or does not implement Plumbline.Rewards.IReward. Its rewards are ")]
    [InlineData(null, "Its rewards are Plumbline.TestRewards.Counting, Plumbline.TestRewards.Demanding, Plumbline.TestRewards.Faulty, Plumbline.TestRewards.Nameless, Plumbline.TestRewards.Unmade. Name one with class.")]
    [InlineData("Plumbline.TestRewards.Unmade", "the constructor of Plumbline.TestRewards.Unmade threw System.IO.FileNotFoundException: words.txt is missing (at Plumbline.TestRewards.Unmade..ctor()")]
    [InlineData("Plumbline.TestRewards.Demanding", "Plumbline.TestRewards.Demanding has no public constructor without parameters, and nothing else is known to call. Give it one.")]
    public void Load_OfAClassThatCannotBe_SaysWhy(string? name, string expected) =>
        Assert.Contains(expected, Assert.Throws<RewardException>(() => RewardAssembly.Load(Rewards, name)).Message);

    [Fact]
    public void Load_OfAFileThatIsNoAssembly_SaysSo()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["reward.dll"], "not an assembly");
        Assert.Contains("reward.dll cannot be loaded as a .NET assembly: ", Assert.Throws<RewardException>(() => RewardAssembly.Load(folder["reward.dll"], null)).Message);
    }

    [Theory]
    [InlineData("throw", "Plumbline.TestRewards.Faulty threw System.InvalidOperationException: no dictionary found (at Plumbline.TestRewards.Faulty.ScoreAsync(")]
    [InlineData("fail", "Plumbline.TestRewards.Faulty threw System.FormatException: not a number")]
    [InlineData("rows", "Plumbline.TestRewards.Faulty returned 1 rows for 2 completions. Return one for each, in their order.")]
    [InlineData("scores", "Plumbline.TestRewards.Faulty returned 1 scores for completion 1, but has 2 objectives: a, b.")]
    [InlineData("infinite", "Plumbline.TestRewards.Faulty returned Infinity as b of completion 1. A score is finite, or null where the objective does not apply.")]
    [InlineData("null", "Plumbline.TestRewards.Faulty returned 0 rows for 2 completions. Return one for each, in their order.")]
    public async Task Score_OfAFaultyReward_TellsItsFault(string way, string expected)
    {
        using var reward = new UserReward(RewardAssembly.Load(Rewards, "Plumbline.TestRewards.Faulty"));
        RewardException failure = await Assert.ThrowsAsync<RewardException>(() => reward.ScoreAsync([(way, "x"), ("q", "y")], TestContext.Current.CancellationToken));
        Assert.StartsWith(expected, failure.Message);
    }

    [Fact]
    public void UserReward_WithoutObjectives_IsRefused() => Assert.Equal(
        "Plumbline.TestRewards.Nameless.Objectives is [], but a reward has at least one objective, each with a name of its own.",
        Assert.Throws<RewardException>(() => new UserReward(RewardAssembly.Load(Rewards, "Plumbline.TestRewards.Nameless"))).Message);

    // Beside this assembly's own folder: artifacts/bin/PROJECT/release.
    private static string Built(string project) =>
        Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", project, Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), project + ".dll"));
}
