using System.Text.Json;
using Plumbline.Core.Losses;
using TorchSharp;

namespace Plumbline.Core.Tests.Losses;

public class RlooLossTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Cases() => GoldenLosses.OrSkipped(
        from file in GoldenLosses.Files("rloo")
        from golden in file.GetProperty("loss_cases").EnumerateArray().Index()
        select new TheoryDataRow<string, string>(file.GetRawText(), golden.Item.GetRawText()) { TestDisplayName = $"golden rloo loss {golden.Index}" });

    // The golden old log-probabilities are sums over completions: the gap to the present sum is put into each row's first token.
    [Theory]
    [MemberData(nameof(Cases))]
    public void Compute_AgreesWithGolden(string fileText, string caseText)
    {
        using var scope = torch.NewDisposeScope();
        JsonElement file = JsonDocument.Parse(fileText).RootElement, golden = JsonDocument.Parse(caseText).RootElement;
        Tensor logProbs = GoldenLosses.Matrix(file.GetProperty("per_token_logps")).requires_grad_();
        Tensor mask = GoldenLosses.Matrix(file.GetProperty("mask"));
        Tensor old = logProbs.detach().clone();
        old[torch.TensorIndex.Colon, 0] += GoldenLosses.Vector(golden.GetProperty("old_logps")) - (old * mask).sum(1L);
        var inputs = new PolicyLossInputs
        {
            LogProbs = logProbs,
            OldLogProbs = old,
            Advantages = GoldenLosses.Vector(file.GetProperty("advantages")),
            Mask = mask.to(torch.ScalarType.Bool),
        };
        using PolicyLossOutput output = RlooLoss.Compute(inputs, new PolicyLossOptions { Epsilon = golden.Optional("epsilon") ?? 0.2, EpsilonHigh = golden.Optional("epsilon_high") });
        output.Loss.backward();
        Close.To([golden.GetProperty("loss").GetDouble()], output.Loss);
        Close.To(GoldenLosses.Matrix(golden.GetProperty("grad")), logProbs.grad!, relative: 1e-5);
    }

    // Row 0: log ratios 0.05 + 0.05 sum to 0.1: r = 1.105171 (a mean would give 1.051271), A = 1: −1.105171. Row 1: r = e^0.5 = 1.648721, A = −1, not held: +1.648721.
    // Mean (−1.105171 + 1.648721)/2 = 0.271775; gradients −1.105171/2 on both tokens of row 0, +1.648721/2 on row 1's. Beta is not read.
    [Fact]
    public void Compute_RatioIsTheProductOverTheCompletion()
    {
        using var scope = torch.NewDisposeScope();
        Tensor logProbs = torch.tensor(new[,] { { -1f, -1f }, { -1f, float.NegativeInfinity } }).requires_grad_();
        var inputs = new PolicyLossInputs
        {
            LogProbs = logProbs,
            OldLogProbs = torch.tensor(new[,] { { -1.05f, -1.05f }, { -1.5f, 0f } }),
            Advantages = torch.tensor(new[] { 1f, -1f }),
            Mask = torch.tensor(new[,] { { true, true }, { true, false } }),
        };
        using PolicyLossOutput output = RlooLoss.Compute(inputs, new PolicyLossOptions { Beta = 0.5 });
        output.Loss.backward();
        Close.To([0.271775], output.Loss);
        Close.To([-0.552586, -0.552586, 0.824361, 0], logProbs.grad!);
        Assert.Equal(0, output.Metrics["clip_ratio/region_mean"]);
        using PolicyLossOutput narrow = RlooLoss.Compute(inputs, new PolicyLossOptions { Epsilon = 0.1 });
        Close.To([(-1.1 + 1.648721) / 2], narrow.Loss);
        Assert.Equal(0.5, narrow.Metrics["clip_ratio/high_mean"]);
    }
}
