using System.Text.Json;
using Plumbline.Core.Losses.Preference;
using TorchSharp;

namespace Plumbline.Core.Tests.Losses.Preference;

public class GoldenPreferenceLossTests
{
    private static readonly string[] Known =
        ["loss_types", "loss_weights", "beta", "label_smoothing", "f_divergence_type", "f_alpha_divergence_coef", "ld_alpha", "use_weighting", "discopop_tau"];

    // Made from logits by the trainers, not by the losses.
    private static readonly string[] OfLogits = ["entropy", "num_tokens", "logits/chosen", "logits/rejected", "mean_token_accuracy"];

    public static IEnumerable<TheoryDataRow<string, string>> Cases() => GoldenLosses.OrSkipped(
        from file in GoldenLosses.Files("dpo_loss")
        from golden in file.GetProperty("cases").EnumerateArray().Index()
        let config = golden.Item.GetProperty("config")
        select new TheoryDataRow<string, string>(file.GetRawText(), golden.Item.GetRawText())
        {
            TestDisplayName = $"golden {golden.Index} {config.GetProperty("loss_types")} {config.GetProperty("f_divergence_type")} beta {config.GetProperty("beta")}",
        });

    [Theory]
    [MemberData(nameof(Cases))]
    public void Compute_AgreesWithGoldenInLossGradientAndMetrics(string fileText, string caseText)
    {
        using var scope = torch.NewDisposeScope();
        JsonElement file = JsonDocument.Parse(fileText).RootElement, golden = JsonDocument.Parse(caseText).RootElement;
        JsonElement config = golden.GetProperty("config");
        Assert.Empty(config.EnumerateObject().Select(setting => setting.Name).Except(Known));
        Tensor logits = Cube(file.GetProperty("logits")).requires_grad_();
        using PreferenceOutput output = PreferenceLosses.Compute(Inputs(file, config, logits), Options(config));
        output.Loss.backward();

        Close.To([golden.GetProperty("loss").GetDouble()], output.Loss, relative: 1e-5);
        Close.To([golden.GetProperty("grad_sum_abs").GetDouble()], logits.grad!.abs().sum(), relative: 1e-5);
        Close.To(GoldenLosses.Floats(golden.GetProperty("grad_row0_t2")).Select(g => (double)g).ToArray(), logits.grad![0][2], relative: 1e-5);
        JsonProperty[] metrics = [.. golden.GetProperty("metrics").EnumerateObject().Where(m => !OfLogits.Contains(m.Name))];
        Assert.Equal(metrics.Select(m => m.Name).Order(), output.Metrics.Keys.Order());
        foreach (JsonProperty metric in metrics)
            Close.Numbers([metric.Value.GetDouble()], [output.Metrics[metric.Name]], relative: 1e-5);
    }

    private static PreferenceInputs Inputs(JsonElement file, JsonElement config, Tensor logits)
    {
        Tensor labels = GoldenLosses.Matrix(file.GetProperty("input_ids")).to(torch.ScalarType.Int64).narrow(1, 1, logits.shape[1] - 1);
        Tensor mask = GoldenLosses.Matrix(file.GetProperty("completion_mask")).to(torch.ScalarType.Bool).narrow(1, 1, logits.shape[1] - 1);
        double? ldAlpha = config.Optional("ld_alpha");
        Tensor tokens = TokenLogProbs(logits, labels);
        Tensor[] policy = SequenceLogProbs.Sum(tokens, mask, ldAlpha).chunk(2, 0), plain = SequenceLogProbs.Sum(tokens, mask).chunk(2, 0);
        Tensor[] reference = SequenceLogProbs.Sum(TokenLogProbs(Cube(file.GetProperty("ref_logits")), labels), mask, ldAlpha).chunk(2, 0);
        Tensor[] lengths = mask.sum(1L, type: torch.ScalarType.Int64).chunk(2, 0);
        Tensor collision = (2 * logits.detach().narrow(1, 0, logits.shape[1] - 1).log_softmax(2)).logsumexp(2);
        return new PreferenceInputs
        {
            ChosenLogProbs = policy[0],
            RejectedLogProbs = policy[1],
            ReferenceChosenLogProbs = reference[0],
            ReferenceRejectedLogProbs = reference[1],
            ChosenLengths = lengths[0],
            RejectedLengths = lengths[1],
            ChosenLikelihoods = plain[0],
            Weights = config.GetProperty("use_weighting").GetBoolean() ? PairWeights.OnPolicy(tokens, collision, mask) : null,
        };
    }

    private static PreferenceOptions Options(JsonElement config) => new()
    {
        LossTypes = [.. config.GetProperty("loss_types").EnumerateArray().Select(name => name.GetString()!)],
        LossWeights = [.. config.GetProperty("loss_weights").EnumerateArray().Select(weight => weight.GetDouble())],
        Beta = config.GetProperty("beta").GetDouble(),
        LabelSmoothing = config.GetProperty("label_smoothing").GetDouble(),
        FDivergenceType = Enum.Parse<FDivergenceType>(config.GetProperty("f_divergence_type").GetString()!.Replace("_", "", StringComparison.Ordinal), ignoreCase: true),
        FAlphaDivergenceCoef = config.GetProperty("f_alpha_divergence_coef").GetDouble(),
        DiscopopTau = config.GetProperty("discopop_tau").GetDouble(),
    };

    private static Tensor TokenLogProbs(Tensor logits, Tensor labels) =>
        logits.narrow(1, 0, labels.shape[1]).log_softmax(2).gather(2, labels.unsqueeze(2)).squeeze(2);

    private static Tensor Cube(JsonElement rows) => torch.stack([.. rows.EnumerateArray().Select(GoldenLosses.Matrix)]);
}
