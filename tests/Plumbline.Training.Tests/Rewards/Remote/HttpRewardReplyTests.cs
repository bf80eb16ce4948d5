using System.Text.Json;
using Plumbline.Training.Rewards.Remote;

namespace Plumbline.Training.Tests.Rewards.Remote;

public sealed class HttpRewardReplyTests
{
    [Theory]
    [InlineData("""{"rewards": [0.5, -1]}""")]
    [InlineData("""{"scores": [0.5, -1], "extra_logs": {}}""")]
    [InlineData("""{"rewards": [[0.5], [-1]]}""")]
    [InlineData("""{"rewards": [{"a": 0.5}, {"a": -1, "b": 3}]}""")]
    [InlineData("""{"rewards": {"a": [0.5, -1], "b": [3, 4]}}""")]
    public void Read_OfOneObjective_InAnyForm_IsAColumn(string reply) => Assert.Equal([[0.5], [-1]], Read(reply, "a"));

    [Theory]
    [InlineData("""{"rewards": [[1, 2], [3, null]]}""")]
    [InlineData("""{"rewards": [{"b": 2, "a": 1}, {"a": 3, "b": null}]}""")]
    [InlineData("""{"rewards": {"b": [2, null], "a": [1, 3]}}""")]
    public void Read_OfTwoObjectives_IsByOrderOrByName_WithNullAsAbsent(string reply) => Assert.Equal([[1, 2], [3, double.NaN]], Read(reply, "a", "b"));

    [Theory]
    [InlineData("""[1, 2]""", "it is a list, not {\"rewards\": ...}.")]
    [InlineData("""{"reward": 1}""", "there is no \"rewards\" in it; it has reward.")]
    [InlineData("""{"rewards": [1, 2, 3]}""", "rewards has 3 items where 2 were asked for.")]
    [InlineData("""{"rewards": [1, 2]}""", "rewards[0] is 1, but 2 objectives were asked for: a, b.")]
    [InlineData("""{"rewards": [[1, 2, 3], [1, 2]]}""", "rewards[0] has 3 items where 2 were asked for.")]
    [InlineData("""{"rewards": {"a": [1, 2]}}""", "rewards has no \"b\"; it has a.")]
    [InlineData("""{"rewards": [{"a": 1, "b": 1}, {"b": 1}]}""", "rewards[1] has no \"a\"; it has b.")]
    [InlineData("""{"rewards": [[1, "good"], [1, 2]]}""", "rewards[0][1] is a text, not a finite number or null.")]
    [InlineData("""{"rewards": {"a": [1, 1e999], "b": [1, 1]}}""", "rewards.a[1] is 1e999, not a finite number or null.")]
    [InlineData("""{"rewards": 3}""", "rewards is 3, not a list.")]
    public void Read_OfWhatIsNone_TellsThePlace(string reply, string expected) => Assert.Equal(expected, Assert.Throws<FormatException>(() => Read(reply, "a", "b")).Message);

    private static double[][] Read(string reply, params string[] objectives) => HttpRewardReply.Read(JsonElement.Parse(reply), objectives, rows: 2);
}
