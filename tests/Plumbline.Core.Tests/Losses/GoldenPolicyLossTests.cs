using System.Text.Json;
using Plumbline.Core.Losses;
using TorchSharp;

namespace Plumbline.Core.Tests.Losses;

public class GoldenPolicyLossTests
{
    // Settings of losses that carry them alone; a case of a registered loss that holds any other unknown setting is skipped by name.
    private static readonly string[] Known =
    [
        "loss_type", "beta", "epsilon_low", "epsilon_high", "importance_sampling_level", "delta", "use_bias_correction_kl",
        "max_completion_length", "grad_accum", "num_items_in_batch", "old",
        "sapo_temperature_pos", "sapo_temperature_neg", "vespo_k_pos", "vespo_lambda_pos", "vespo_k_neg", "vespo_lambda_neg",
    ];

    public static IEnumerable<TheoryDataRow<string, string>> Cases() => GoldenLosses.OrSkipped(
        from file in GoldenLosses.Files("grpo_loss")
        from golden in file.GetProperty("cases").EnumerateArray().Index()
        let config = golden.Item.GetProperty("config")
        select new TheoryDataRow<string, string>(file.GetRawText(), golden.Item.GetRawText())
        {
            TestDisplayName = $"golden {golden.Index} {config.GetProperty("loss_type")} beta {config.GetProperty("beta")} {config.GetProperty("importance_sampling_level")}",
            Skip = Missing(config) is { } missing ? $"case {golden.Index}: {missing} is not here yet" : null,
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
    };

    private static string? Missing(JsonElement config)
    {
        string loss = config.GetProperty("loss_type").GetString()!;
        if (!PolicyLosses.Names.Contains(loss))
            return $"loss_type {loss}";
        foreach (JsonProperty setting in config.EnumerateObject())
        {
            bool neutral = setting.Name == "top_entropy_quantile" ? setting.Value.GetDouble() == 1 : setting.Value.ValueKind == JsonValueKind.Null;
            if (!neutral && !Known.Contains(setting.Name))
                return $"{setting.Name} {setting.Value}";
        }
        return null;
    }
}
