using Plumbline.Training.Recipes;
using Plumbline.Training.Rewards;

namespace Plumbline.Training.Tests.Rewards;

public sealed class RewardSourcesTests
{
    private static readonly RewardSource Length = new() { Type = RewardSourceType.Length, Target = 4, Weight = 2 };
    private static readonly RewardSource Please = new() { Type = RewardSourceType.Regex, Name = "please", Pattern = "please", Weight = -1 };

    [Fact]
    public async Task Create_OfSeveralRules_ScoresAllInOneTable_WithWeightsByName()
    {
        (IRewardSource source, double[] weights) = Create(Recipe(Length, Please) with
        {
            Grpo = new GrpoOptions { RewardWeights = new OrderedDictionary<string, double> { ["please"] = 0.5 } },
        });
        Assert.Equal(["length", "please"], source.Objectives);
        Assert.Equal([2, -0.5], weights);
        RewardTable table = await source.ScoreAsync([("", "please do come in"), ("", "come in")], TestContext.Current.CancellationToken);
        Assert.Equal([[1, 1], [0.5, 0]], table.Scores);
    }

    [Fact]
    public void Create_WithOneObjectiveTwice_AndAWeightForNone_TellsBoth()
    {
        RecipeException failure = Assert.Throws<RecipeException>(() => Create(Recipe(Length, Length) with
        {
            Grpo = new GrpoOptions { RewardWeights = new OrderedDictionary<string, double> { ["lenght"] = 1 } },
        }));
        Assert.Equal(2, failure.Faults.Count);
        Assert.Contains("'length' twice", failure.Faults[0]);
        Assert.Contains("'lenght'", failure.Faults[1]);
        Assert.Contains("The objectives are length", failure.Faults[1]);
    }

    [Fact]
    public async Task PrefixedReward_NamesItsObjectivesAnew_AndScoresTheSame()
    {
        var prefixed = new PrefixedReward(Rule.ByNumber(3, 4), "house");
        Assert.Equal(["house_number"], prefixed.Objectives);
        RewardTable table = await prefixed.ScoreAsync([("", "c1"), ("", "c0")], TestContext.Current.CancellationToken);
        Assert.Equal(["house_number"], table.Objectives);
        Assert.Equal([[4], [3]], table.Scores);
    }

    [Fact]
    public async Task PrefixedReward_OfASourceThatFailed_TellsItUnderTheNewName() => Assert.Equal(
        new Dictionary<string, int> { ["house_number"] = 1 }, (await new PrefixedReward(new HalfFailing(), "house").ScoreAsync([("", "a")], TestContext.Current.CancellationToken)).Failures);

    [Fact]
    public void Create_ToShuffle_WrapsThemAll() =>
        Assert.IsType<ShuffledReward>(Create(Recipe(Length, Please) with { Grpo = new GrpoOptions { ShuffleRewards = true } }).Source);

    [Fact]
    public void Create_WithASourceBuiltElsewhere_TakesIt()
    {
        (IRewardSource source, double[] weights) = Create(Recipe(Length, Please), new Dictionary<int, IRewardSource> { [1] = Rule.ByNumber(1) });
        Assert.Equal(["length", "number"], source.Objectives);
        Assert.Equal([2, -1], weights);
    }

    private static (IRewardSource Source, double[] Weights) Create(GrpoRecipe recipe, IReadOnlyDictionary<int, IRewardSource>? given = null) =>
        RewardSources.Create(recipe, RewardSources.WithoutModels(recipe, given, TestContext.Current.CancellationToken));

    private static GrpoRecipe Recipe(params RewardSource[] sources) => new() { Rewards = sources };
}
