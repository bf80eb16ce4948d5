using System.Text.Json;
using Plumbline.Core.Advantages;
using TorchSharp;

namespace Plumbline.Core.Tests.Advantages;

public class GoldenGroupAdvantagesTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Cases() => GoldenLosses.OrSkipped(
        from file in GoldenLosses.Files("group_advantages")
        from golden in file.GetProperty("cases").EnumerateArray()
        select new TheoryDataRow<string, string>(file.GetRawText(), golden.GetRawText())
        {
            TestDisplayName = $"golden {golden.GetProperty("scale_rewards")} {golden.GetProperty("aggregation")}",
        });

    [Theory]
    [MemberData(nameof(Cases))]
    public void Compute_AgreesWithGolden(string fileText, string caseText)
    {
        using var scope = torch.NewDisposeScope();
        JsonElement file = JsonDocument.Parse(fileText).RootElement, golden = JsonDocument.Parse(caseText).RootElement;
        using GroupAdvantagesResult result = GroupAdvantages.Compute(
            GoldenLosses.Matrix(file.GetProperty("rewards_per_func")),
            file.GetProperty("num_generations").GetInt32(),
            file.GetProperty("reward_weights").EnumerateArray().Select(w => w.GetDouble()).ToArray(),
            Enum.Parse<ScaleRewards>(golden.GetProperty("scale_rewards").GetString()!, ignoreCase: true),
            Enum.Parse<RewardAggregation>(golden.GetProperty("aggregation").GetString()!.Replace("_", "", StringComparison.Ordinal), ignoreCase: true));
        Close.To(GoldenLosses.Vector(golden.GetProperty("advantages")), result.Advantages);
        Close.To(result.Advantages, result.Shares.sum(1L));
    }
}
