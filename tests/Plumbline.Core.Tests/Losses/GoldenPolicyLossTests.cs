using System.Text.Json;
using Plumbline.Core.Losses;
using TorchSharp;

namespace Plumbline.Core.Tests.Losses;

public class GoldenPolicyLossTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Cases() => GoldenLosses.OrSkipped(
        from file in GoldenLosses.Files("grpo_loss")
        from golden in file.GetProperty("cases").EnumerateArray().Index()
        let config = golden.Item.GetProperty("config")
        select new TheoryDataRow<string, string>(file.GetRawText(), golden.Item.GetRawText())
        {
            TestDisplayName = $"golden {golden.Index} {config.GetProperty("loss_type")} beta {config.GetProperty("beta")} {config.GetProperty("importance_sampling_level")}",
        });

    [Theory]
    [MemberData(nameof(Cases))]
    public void Compute_AgreesWithGoldenInLossGradientAndMetrics(string fileText, string caseText)
    {
        using var scope = torch.NewDisposeScope();
        JsonElement file = JsonDocument.Parse(fileText).RootElement, golden = JsonDocument.Parse(caseText).RootElement;
        JsonElement config = golden.GetProperty("config");
        Tensor logProbs = GoldenLosses.Matrix(file.GetProperty("per_token_logps")).requires_grad_();
        var inputs = new PolicyLossInputs
        {
            LogProbs = logProbs,
            OldLogProbs = config.GetProperty("old").GetBoolean() ? GoldenLosses.Matrix(file.GetProperty("old_per_token_logps")) : null,
            ReferenceLogProbs = GoldenLosses.Matrix(file.GetProperty("ref_per_token_logps")),
            Advantages = GoldenLosses.Vector(file.GetProperty("advantages")),
            Mask = GoldenLosses.Matrix(file.GetProperty("mask")).to(torch.ScalarType.Bool),
            Entropies = GoldenLosses.Matrix(file.GetProperty("entropies")),
        };
        using PolicyLossOutput output = PolicyLosses.Get(config.GetProperty("loss_type").GetString()!)(inputs, Options(config));
        output.Loss.backward();

        Close.To([golden.GetProperty("loss").GetDouble()], output.Loss);
        Close.To(GoldenLosses.Matrix(golden.GetProperty("grad")), logProbs.grad!);
        JsonProperty[] metrics = golden.GetProperty("metrics").EnumerateObject().ToArray();
        Assert.Equal(metrics.Select(m => m.Name).Order(), output.Metrics.Keys.Order());
        foreach (JsonProperty metric in metrics)
            Close.Numbers([metric.Value.GetDouble()], [output.Metrics[metric.Name]]);
    }

    private static PolicyLossOptions Options(JsonElement config) => new()
    {
        Epsilon = config.GetProperty("epsilon_low").GetDouble(),
        EpsilonHigh = config.Optional("epsilon_high"),
        Delta = config.Optional("delta"),
        Beta = config.GetProperty("beta").GetDouble(),
        ImportanceSamplingLevel = Enum.Parse<ImportanceSamplingLevel>(config.GetProperty("importance_sampling_level").GetString()!, ignoreCase: true),
        UseBiasCorrectionKl = config.GetProperty("use_bias_correction_kl").GetBoolean(),
        MaxCompletionLength = config.GetProperty("max_completion_length").GetInt32(),
        GradientAccumulationSteps = config.GetProperty("grad_accum").GetInt32(),
        NumItemsInBatch = config.Optional("num_items_in_batch"),
        TopEntropyQuantile = config.Optional("top_entropy_quantile") ?? 1,
        OffPolicyMaskThreshold = config.Optional("off_policy_mask_threshold"),
        EntropyCoef = config.Optional("entropy_coef") ?? 0,
        SapoTemperaturePos = config.Optional("sapo_temperature_pos") ?? 1,
        SapoTemperatureNeg = config.Optional("sapo_temperature_neg") ?? 1.05,
        VespoKPos = config.Optional("vespo_k_pos") ?? 2,
        VespoLambdaPos = config.Optional("vespo_lambda_pos") ?? 3,
        VespoKNeg = config.Optional("vespo_k_neg") ?? 3,
        VespoLambdaNeg = config.Optional("vespo_lambda_neg") ?? 2,
    };
}
