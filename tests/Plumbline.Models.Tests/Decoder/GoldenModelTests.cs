using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.TestKit;
using TorchSharp;

namespace Plumbline.Models.Tests.Decoder;

/// <summary>Every language-model folder of the golden numbers, in both spellings of its configuration.</summary>
public sealed class GoldenModelTests
{
    private const double Tolerance = 1e-4;

    public static TheoryData<string, string> Folders() => GoldenFolders.LanguageModels();

    [Theory, MemberData(nameof(Folders))]
    public void Logits_OfPaddedRows_AgreeWithTheReference(string name, string configFile)
    {
        using GoldenModel golden = GoldenModel.Open(name, configFile);
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        Tensor present = golden["attention_mask"].to(torch.ScalarType.Bool);
        Tensor logits = golden.Model.Logits(golden.Model.Hidden(golden["input_ids"], golden["position_ids"], present));
        Tensor gap = (logits - golden["logits"]).abs().amax([-1L]).masked_fill(present.logical_not(), 0);
        Assert.InRange(gap.max().ToDouble(), 0, Tolerance);
        Tensor unmasked = golden.Model.Logits(golden.Model.Hidden(golden["input_ids"].narrow(0, 0, 1)));
        Assert.InRange((unmasked - golden["logits_row0_nomask"]).abs().max().ToDouble(), 0, Tolerance);
    }

    [Theory, MemberData(nameof(Folders))]
    public void LossAndEveryGradient_AgreeWithTheReference(string name, string configFile)
    {
        using GoldenModel golden = GoldenModel.Open(name, configFile);
        using var scope = torch.NewDisposeScope();
        golden.Model.RequireGradients(true);
        Tensor loss = golden.Loss();
        Assert.Equal(golden["loss"].ToDouble(), loss.ToDouble(), Tolerance);
        loss.backward();
        foreach (KeyValuePair<string, Tensor> parameter in golden.Model.NamedParameters())
            if (golden.Has("grad." + parameter.Key))
            {
                Tensor gap = (parameter.Value.grad! - golden["grad." + parameter.Key]).abs();
                Assert.True(gap.max().ToDouble() <= Tolerance, $"{parameter.Key}: {gap.max().ToDouble()}");
            }
        Assert.Equal(golden.Count("grad."), golden.Model.NamedParameters().Count(p => golden.Has("grad." + p.Key)));
    }

    [Theory, MemberData(nameof(Folders))]
    public void CachedTokens_GiveTheLogitsOfTheWholeRow(string name, string configFile)
    {
        using GoldenModel golden = GoldenModel.Open(name, configFile);
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        // The left-padded row beside the full one: prefill 15 tokens, then one at a time, then the rest at once.
        Tensor ids = golden["input_ids"].narrow(0, 0, 2), positions = golden["position_ids"].narrow(0, 0, 2);
        Tensor present = golden["attention_mask"].narrow(0, 0, 2).to(torch.ScalarType.Bool);
        using var cache = new KvCache(golden.Model.Config, 2, 24);
        var pieces = new List<Tensor>();
        foreach ((long start, long count) in new[] { (0L, 15L), (15, 1), (16, 1), (17, 7) })
            pieces.Add(golden.Model.Logits(golden.Model.Hidden(
                ids.narrow(1, start, count), positions.narrow(1, start, count), present.narrow(1, 0, start + count), cache)));
        Tensor gap = (torch.cat(pieces, 1) - golden["logits"].narrow(0, 0, 2)).abs().amax([-1L]).masked_fill(present.logical_not(), 0);
        Assert.InRange(gap.max().ToDouble(), 0, Tolerance);
    }
}
