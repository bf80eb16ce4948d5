using System.Text.Json;
using Plumbline.Core.Losses;
using Plumbline.Core.Returns;
using TorchSharp;

namespace Plumbline.Core.Tests.Returns;

public class GoldenPpoTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Cases() => GoldenLosses.OrSkipped(
        from file in GoldenLosses.Files("ppo")
        from golden in file.GetProperty("cases").EnumerateArray().Index()
        select new TheoryDataRow<string, string>(file.GetRawText(), golden.Item.GetRawText())
        {
            TestDisplayName = $"golden {golden.Index} {golden.Item.GetProperty("config").GetRawText()}",
        });

    [Theory, MemberData(nameof(Cases))]
    public void Ppo_AgreesWithGoldenInEveryPartAndGradient(string fileText, string caseText)
    {
        using var scope = torch.NewDisposeScope();
        JsonElement file = JsonDocument.Parse(fileText).RootElement, golden = JsonDocument.Parse(caseText).RootElement;
        JsonElement config = golden.GetProperty("config");
        Tensor old = GoldenLosses.Matrix(file.GetProperty("logprobs")), values = GoldenLosses.Matrix(file.GetProperty("values"));
        Tensor last = GoldenLosses.Vector(file.GetProperty("sequence_lengths"));
        Tensor mask = torch.arange(old.shape[1]).unsqueeze(0).le(last.unsqueeze(1));
        var options = new PpoReturnOptions
        {
            KlCoefficient = config.GetProperty("kl_coef").GetDouble(),
            KlEstimator = Enum.Parse<KlEstimator>(config.GetProperty("kl_estimator").GetString()!, ignoreCase: true),
            WhitenRewards = config.GetProperty("whiten_rewards").GetBoolean(),
            Gamma = config.GetProperty("gamma").GetDouble(),
            Lambda = config.GetProperty("lam").GetDouble(),
        };
        using PpoReturns parts = PpoReturns.Compute(
            old, GoldenLosses.Matrix(file.GetProperty("ref_logprobs")), values, GoldenLosses.Vector(file.GetProperty("scores")), mask, options);
        Close.To(GoldenLosses.Matrix(golden.GetProperty("kl")), parts.Kl);
        Close.To(GoldenLosses.Matrix(golden.GetProperty("rewards")), parts.Rewards);
        Close.To(GoldenLosses.Matrix(golden.GetProperty("advantages")), parts.Advantages, relative: 1e-5);
        Close.To(GoldenLosses.Matrix(golden.GetProperty("returns")), parts.Returns, relative: 1e-5);

        Tensor logProbs = GoldenLosses.Matrix(file.GetProperty("new_logprobs")).requires_grad_();
        Tensor predictions = GoldenLosses.Matrix(file.GetProperty("vpred")).requires_grad_();
        using PolicyLossOutput policy = PpoPolicyLoss.Compute(logProbs, old, parts.Advantages, mask, config.GetProperty("cliprange").GetDouble());
        using PolicyLossOutput value = PpoValueLoss.Compute(
            predictions, values, parts.Returns, ValueMask.Of(mask), config.GetProperty("cliprange_value").GetDouble());
        Tensor loss = policy.Loss + config.GetProperty("vf_coef").GetDouble() * value.Loss;
        loss.backward();
        Close.To([golden.GetProperty("pg_loss").GetDouble()], policy.Loss, relative: 1e-5);
        Close.To([golden.GetProperty("vf_loss").GetDouble()], value.Loss, relative: 1e-5);
        Close.To([golden.GetProperty("loss").GetDouble()], loss, relative: 1e-5);
        Close.To(GoldenLosses.Matrix(golden.GetProperty("grad_new_logprobs")), logProbs.grad!, relative: 1e-5);
        Close.To(GoldenLosses.Matrix(golden.GetProperty("grad_vpred")), predictions.grad!, relative: 1e-5);
    }
}
