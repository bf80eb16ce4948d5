using Plumbline.Core.Losses;
using Plumbline.Engine.Segments;
using Plumbline.Models.Checkpoints;
using Plumbline.TestKit;
using TorchSharp;

namespace Plumbline.Training.Tests.Grpo;

/// <summary>From token ids to the gradient of every parameter, against the reference trainer (temperature 0.9, β 0.04, ε 0.2).</summary>
public sealed class GoldenGrpoTests
{
    [Theory, InlineData(1), InlineData(2), InlineData(4)]
    public void IdsToLossToEveryGradient_AgreeWithTheReference_HoweverTheStepIsCut(int pieces)
    {
        using GoldenModel golden = GoldenModel.Open("qwen2-tied-gqa");
        using SafetensorsFile numbers = SafetensorsFile.Open(Path.Combine(GoldenModel.Locate("losses"), "grpo_e2e_qwen2.safetensors"));
        using var scope = torch.NewDisposeScope();
        golden.Model.RequireGradients(true);
        int[][] prompts = Rows(numbers, "prompt"), completions = Rows(numbers, "completion");
        double tokens = completions.Sum(c => c.Length), loss = 0;
        int size = prompts.Length / pieces;
        for (int start = 0; start < prompts.Length; start += size)
        {
            using TokenRows rows = TokenRows.Pack([.. prompts.Skip(start).Take(size)], [.. completions.Skip(start).Take(size)]);
            using TokenLogProbs forward = TokenLogProbs.Forward(golden.Model, rows, temperature: 0.9, training: true, entropies: true);
            long t = rows.Mask.shape[1];
            Tensor Cut(string name) => numbers.Read(name).narrow(0, start, size).narrow(1, 0, t);
            Tensor Gap(Tensor ours, string name) => (ours - Cut(name)).masked_fill(rows.Mask.logical_not(), 0).abs().max();
            Assert.InRange(Gap(forward.LogProbs, "per_token_logps").ToDouble(), 0, 1e-4);
            Assert.InRange(Gap(forward.Entropies!, "entropies").ToDouble(), 0, 1e-4);
            var inputs = new PolicyLossInputs
            {
                LogProbs = forward.LogProbs,
                OldLogProbs = Cut("old_per_token_logps"),
                ReferenceLogProbs = Cut("ref_per_token_logps"),
                Advantages = numbers.Read("advantages").narrow(0, start, size),
                Mask = rows.Mask,
            };
            var options = new PolicyLossOptions { Epsilon = 0.2, Beta = 0.04, Totals = new StepTotals(prompts.Length, tokens) };
            using PolicyLossOutput output = LossOf(numbers)(inputs, options);
            output.Loss.backward();
            forward.Backward(forward.LogProbs.grad!);
            loss += output.Loss.ToDouble();
        }
        Assert.Equal(numbers.Read("loss").ToDouble(), loss, 1e-4);
        foreach (KeyValuePair<string, Tensor> parameter in golden.Model.NamedParameters())
        {
            double gap = (parameter.Value.grad! - numbers.Read("grad." + parameter.Key)).abs().max().ToDouble();
            Assert.True(gap <= 1e-4, $"{parameter.Key}: {gap}");
        }
    }

    private static PolicyLoss LossOf(SafetensorsFile numbers) => PolicyLosses.Get(numbers.Metadata.GetValueOrDefault("loss_type", "grpo"));

    private static int[][] Rows(SafetensorsFile numbers, string which)
    {
        using Tensor ids = numbers.Read(which + "_ids"), mask = numbers.Read(which + "_mask");
        long[] flat = [.. ids.data<long>()], counts = [.. mask.data<long>()];
        int width = (int)ids.shape[1];
        return [.. Enumerable.Range(0, (int)ids.shape[0]).Select(row =>
            Enumerable.Range(row * width, width).Where(i => counts[i] == 1).Select(i => (int)flat[i]).ToArray())];
    }
}
