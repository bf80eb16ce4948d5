using Plumbline.Training.Data;
using Plumbline.Training.Evaluation;

namespace Plumbline.Training.Tests.Evaluation;

public sealed class DisjointHalvesTests
{
    private static readonly RewardRow[] Rows = [.. Enumerable.Range(0, 900).Select(i => new RewardRow($"prompt {i % 300}", $"answer {i}", [1], null))];

    [Fact]
    public void Split_EqualPrompts_StayTogether()
    {
        (IReadOnlyList<RewardRow> first, IReadOnlyList<RewardRow> second) = DisjointHalves.Split(Rows, seed: 4);
        Assert.Empty(first.Select(r => r.Prompt).Intersect(second.Select(r => r.Prompt)));
        Assert.Equal(Rows.ToHashSet(), first.Concat(second).ToHashSet());
    }

    // 300 prompts fall like coins: a half of 150 with a spread of √75 = 8.7; 4 spreads are 35 prompts, 105 rows.
    [Theory, InlineData(0), InlineData(1), InlineData(2)]
    public void Split_ManyPrompts_GivesHalves(long seed) => Assert.InRange(DisjointHalves.Split(Rows, seed).First.Count, 450 - 105, 450 + 105);

    [Fact]
    public void Split_OrderAndCompanyOfRows_DoNotMatter_ButTheSeedDoes()
    {
        HashSet<RewardRow> whole = [.. DisjointHalves.Split(Rows, 7).First];
        Assert.All(DisjointHalves.Split(Rows.Reverse().Take(100), 7).First, row => Assert.Contains(row, whole));
        Assert.NotEqual(whole, [.. DisjointHalves.Split(Rows, 8).First]);
    }

    [Fact]
    public void Split_RowsWithoutPrompts_GoByTheirCompletions()
    {
        (IReadOnlyList<RewardRow> first, IReadOnlyList<RewardRow> second) = DisjointHalves.Split(Rows.Select(r => r with { Prompt = "" }), 1);
        Assert.True(first.Count > 300 && second.Count > 300);
    }
}
