using System.Text.Json;
using Plumbline.Core.Losses.Preference;
using TorchSharp;

namespace Plumbline.Core.Tests.Losses.Preference;

public class BradleyTerryLossTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Cases() => GoldenLosses.OrSkipped(
        from file in GoldenLosses.Files("reward_bt")
        select new TheoryDataRow<string, string>(file.GetRawText(), ""));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Compute_AgreesWithGoldenInLossAndGradient(string text, string none)
    {
        Assert.Empty(none);
        using var scope = torch.NewDisposeScope();
        JsonElement golden = JsonDocument.Parse(text).RootElement;
        Tensor chosen = GoldenLosses.Vector(golden.GetProperty("chosen")).requires_grad_(), rejected = GoldenLosses.Vector(golden.GetProperty("rejected")).requires_grad_();
        Tensor? margin = golden.TryGetProperty("margin", out JsonElement margins) && margins.ValueKind == JsonValueKind.Array ? GoldenLosses.Vector(margins) : null;
        Tensor loss = BradleyTerryLoss.Compute(chosen, rejected, margin, golden.Optional("center_rewards_coefficient") ?? 0);
        loss.backward();
        Close.To([golden.GetProperty("loss").GetDouble()], loss, relative: 1e-5);
        Close.To(GoldenLosses.Vector(golden.GetProperty("grad_chosen")), chosen.grad!, relative: 1e-5);
        Close.To(GoldenLosses.Vector(golden.GetProperty("grad_rejected")), rejected.grad!, relative: 1e-5);
    }

    // Gaps 2 and 0, margins 1 and 0: ln(1 + e^−1) = 0.313262 and ln 2 = 0.693147, mean 0.503204. Centring 0.1·((1 − 1)² + (3 + 3)²)/2 = 1.8.
    // Gradient of r_w: −σ(−(gap − m))/2 + 0.1·2·sum/2: −0.268941/2 = −0.134471; −0.25 + 0.6 = 0.35. Of r_l: 0.134471; 0.25 + 0.6 = 0.85.
    [Fact]
    public void Compute_MarginAndCentring_ByHand()
    {
        using var scope = torch.NewDisposeScope();
        Tensor chosen = torch.tensor(new[] { 1f, 3f }).requires_grad_(), rejected = torch.tensor(new[] { -1f, 3f }).requires_grad_();
        Tensor loss = BradleyTerryLoss.Compute(chosen, rejected, torch.tensor(new[] { 1f, 0f }), centerRewardsCoefficient: 0.1);
        loss.backward();
        Close.To([2.303204], loss);
        Close.To([-0.134471, 0.35], chosen.grad!);
        Close.To([0.134471, 0.85], rejected.grad!);
    }

    // Alone the first pair costs ln(1 + e^−2) = 0.126928; as one of four of its step, a quarter of that.
    [Fact]
    public void Compute_PartOfAStep_DividesByTheStepsPairs()
    {
        using var scope = torch.NewDisposeScope();
        Close.To([0.126928 / 4], BradleyTerryLoss.Compute(torch.tensor(new[] { 1f }), torch.tensor(new[] { -1f }), totalPairs: 4));
        Assert.Throws<ArgumentException>(() => BradleyTerryLoss.Compute(torch.ones(1), torch.ones(1), centerRewardsCoefficient: -1));
        Assert.Throws<ShapeException>(() => BradleyTerryLoss.Compute(torch.ones(1), torch.ones(2)));
    }
}
