using System.Text.Json;
using Plumbline.Core.Advantages;
using TorchSharp;

namespace Plumbline.Core.Tests.Advantages;

public class RlooAdvantagesTests
{
    private static readonly double[] One = [1];

    public static IEnumerable<TheoryDataRow<string, string>> Cases() => GoldenLosses.OrSkipped(
        from file in GoldenLosses.Files("rloo")
        let adv = file.GetProperty("adv")
        from golden in adv.GetProperty("cases").EnumerateArray()
        select new TheoryDataRow<string, string>(adv.GetRawText(), golden.GetRawText())
        {
            TestDisplayName = $"golden rloo beta {golden.GetProperty("beta")} normalize {golden.GetProperty("normalize_advantages")}",
        });

    [Theory]
    [MemberData(nameof(Cases))]
    public void Compute_AgreesWithGolden(string fileText, string caseText)
    {
        using var scope = torch.NewDisposeScope();
        JsonElement file = JsonDocument.Parse(fileText).RootElement, golden = JsonDocument.Parse(caseText).RootElement;
        (double, double)? range = golden.TryGetProperty("reward_clip_range", out JsonElement clip) && clip.ValueKind == JsonValueKind.Array
            ? (clip[0].GetDouble(), clip[1].GetDouble()) : null;
        using RlooAdvantagesResult result = RlooAdvantages.Compute(
            GoldenLosses.Matrix(file.GetProperty("rewards_per_func")),
            file.GetProperty("num_generations").GetInt32(),
            file.GetProperty("reward_weights").EnumerateArray().Select(w => w.GetDouble()).ToArray(),
            new RlooAdvantageOptions
            {
                Beta = golden.GetProperty("beta").GetDouble(),
                NormalizeAdvantages = golden.GetProperty("normalize_advantages").GetBoolean(),
                RewardClipRange = range,
            },
            GoldenLosses.Matrix(file.GetProperty("old_per_token_logps")),
            GoldenLosses.Matrix(file.GetProperty("ref_per_token_logps")),
            GoldenLosses.Matrix(file.GetProperty("completion_mask")).to(torch.ScalarType.Bool));
        Close.To(GoldenLosses.Vector(golden.GetProperty("advantages")), result.Advantages);
    }

    // Rewards 1, 3, 8: the others' means 5.5, 4.5, 2: −4.5, −1.5, 6. Not divided.
    [Fact]
    public void Compute_IsTheGapToTheMeanOfTheOthers()
    {
        using var scope = torch.NewDisposeScope();
        using RlooAdvantagesResult result = RlooAdvantages.Compute(torch.tensor(new[,] { { 1f }, { 3f }, { 8f } }), 3, One, new RlooAdvantageOptions { Beta = 0 });
        Close.To([-4.5, -1.5, 6], result.Advantages);
        Close.To([0, 0, 0], result.Kl);
    }

    // Row 1 is 2 nats likelier than under the reference over its two counted tokens: R = (1, 3 − 0.1·2) = (1, 2.8): A = ∓1.8.
    // Divided by their std 1.8·√2 + 1e-4: ∓0.707079. Padding (−∞) is not read.
    [Theory, InlineData(false, 1.8), InlineData(true, 0.707079)]
    public void Compute_KlIsSummedIntoTheReward(bool normalize, double expected)
    {
        using var scope = torch.NewDisposeScope();
        Tensor old = torch.tensor(new[,] { { -1f, float.NegativeInfinity }, { -1f, -1f } });
        Tensor reference = torch.tensor(new[,] { { -1f, -9f }, { -1.5f, -2.5f } });
        Tensor mask = torch.tensor(new[,] { { true, false }, { true, true } });
        var options = new RlooAdvantageOptions { Beta = 0.1, NormalizeAdvantages = normalize };
        using RlooAdvantagesResult result = RlooAdvantages.Compute(torch.tensor(new[,] { { 1f }, { 3f } }), 2, One, options, old, reference, mask);
        Close.To([-expected, expected], result.Advantages);
        Close.To([1, 2.8], result.Rewards);
        Close.To([0, 2], result.Kl);
    }

    // The weighted sums 2 and 6 are held to [2.5, 5]: ∓2.5.
    [Fact]
    public void Compute_RewardClipRange_HoldsTheWeightedSum()
    {
        using var scope = torch.NewDisposeScope();
        var options = new RlooAdvantageOptions { Beta = 0, RewardClipRange = (2.5, 5) };
        using RlooAdvantagesResult result = RlooAdvantages.Compute(torch.tensor(new[,] { { 1f }, { 3f } }), 2, [2], options);
        Close.To([-2.5, 2.5], result.Advantages);
    }

    // The unscorable row is no baseline of the others, and one without others has advantage 0.
    [Fact]
    public void Compute_UnscorableRows_CountForNothing()
    {
        using var scope = torch.NewDisposeScope();
        Tensor rewards = torch.tensor(new[,] { { 1f }, { float.NaN }, { 3f }, { float.NaN }, { 5f }, { float.NaN } });
        using RlooAdvantagesResult result = RlooAdvantages.Compute(rewards, 3, One, new RlooAdvantageOptions { Beta = 0 });
        Close.To([-2, 0, 2, 0, 0, 0], result.Advantages);
    }

    [Fact]
    public void Compute_BadOptions_SayWhatIsWrong()
    {
        using var scope = torch.NewDisposeScope();
        Tensor rewards = torch.tensor(new[,] { { 1f }, { 3f } });
        Assert.Contains("referenceLogProbs", Assert.Throws<ArgumentException>(() => RlooAdvantages.Compute(rewards, 2, One, new RlooAdvantageOptions())).Message, StringComparison.Ordinal);
        Assert.Equal(["rloo.beta", "rloo.reward_clip_range"], new RlooAdvantageOptions { Beta = -1, RewardClipRange = (1, 0) }.Faults("rloo").Select(f => f.Split(' ')[0]));
    }
}
