using System.Text.Json;
using Plumbline.Core.Divergences;
using TorchSharp;

namespace Plumbline.Core.Tests.Divergences;

public class KlEstimatorsTests
{
    // d = reference − policy = −1 − (−1.5) = 0.5: k1 = −0.5; k2 = 0.25 / 2; k3 = e^0.5 − 1 − 0.5 = 0.1487213.
    // d = −2 − (−1.5) = −0.5: k1 = 0.5; k2 = 0.125; k3 = e^−0.5 − 1 + 0.5 = 0.1065307.
    [Fact]
    public void Estimators_HandWorked()
    {
        using var scope = torch.NewDisposeScope();
        Tensor policy = torch.tensor(new[] { -1.5f, -1.5f }), reference = torch.tensor(new[] { -1f, -2f });
        Close.To([-0.5, 0.5], KlEstimators.K1(policy, reference));
        Close.To([0.125, 0.125], KlEstimators.K2(policy, reference));
        Close.To([0.1487213, 0.1065307], KlEstimators.K3(policy, reference));
    }

    [Fact]
    public void K3_GapNearZero_KeepsItsDigits()
    {
        // d = 1e-4 in float32: d²/2 = 5e-9, which exp(d) − 1 − d would lose to rounding at 6e-8.
        using var scope = torch.NewDisposeScope();
        Tensor k3 = KlEstimators.K3(torch.tensor(new[] { 0f }), torch.tensor(new[] { 1e-4f }));
        Assert.InRange(k3[0].ToDouble(), 0, 6e-9);
    }

    [Fact]
    public void Estimators_AgreeWithGolden()
    {
        JsonElement[] files = GoldenLosses.Files("kl_estimators").ToArray();
        Assert.SkipWhen(files.Length == 0, "golden numbers absent");
        foreach (JsonElement file in files)
        {
            using var scope = torch.NewDisposeScope();
            Tensor policy = GoldenLosses.Matrix(file.GetProperty("logp")), reference = GoldenLosses.Matrix(file.GetProperty("ref_logp"));
            Close.To(GoldenLosses.Matrix(file.GetProperty("k1")), KlEstimators.K1(policy, reference));
            Close.To(GoldenLosses.Matrix(file.GetProperty("k2")), KlEstimators.K2(policy, reference));
            Close.To(GoldenLosses.Matrix(file.GetProperty("k3")), KlEstimators.K3(policy, reference));
        }
    }
}
