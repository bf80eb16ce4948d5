using Plumbline.Engine.Segments;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using TorchSharp;

namespace Plumbline.Bench;

/// <summary>The output head alone, forward and backward: fused, and as plain autograd on whole logits, over its matrix products.</summary>
internal static class HeadBench
{
    private const int Completion = 64;

    public static Result Run(BenchOptions options)
    {
        int rounds = options.Number("rounds", 7);
        var result = new Result("head", "Output head, forward and backward to hidden states (and head), milliseconds");
        foreach (string shape in options.Shapes("tiny", "15m"))
            foreach (int tokens in options.Numbers("tokens", 2048))
                foreach (bool trained in new[] { true, false })
                {
                    using DecoderModel model = Model(shape, trained);
                    using TokenRows rows = Rows(tokens, model.Config.VocabSize);
                    using var floor = new Floor(model.Config);
                    var samples = Rounds.Run(
                    [
                        Arm.Timed("fused", () => Fused(model, rows)), Arm.Timed("plain", () => Plain(model, rows)),
                        Arm.Timed("floor", () => floor.Update(1, tokens, trained)),
                    ], rounds);
                    Samples bare = samples[("floor", "")];
                    result.Add(("shape", shape), ("tokens", tokens), ("head", trained ? "trained" : "frozen"), ("fused ms", samples[("fused", "")].Select(s => 1000 * s)),
                        ("plain ms", samples[("plain", "")].Select(s => 1000 * s)), ("floor ms", bare.Select(s => 1000 * s)),
                        ("fused over floor", samples[("fused", "")].Over(bare)), ("plain over floor", samples[("plain", "")].Over(bare)));
                }
        return result;
    }

    /// <summary>A decoder without layers: embedding, norm, head. The norm is trained, so that gradients reach the hidden states.</summary>
    public static DecoderModel Model(string shape, bool trained)
    {
        DecoderModel model = DecoderModel.Create(Shapes.Config(shape) with { NumHiddenLayers = 0, TieWordEmbeddings = false }, seed: 1);
        foreach ((string name, Tensor weight) in model.NamedParameters())
            weight.requires_grad_(name == "model.norm.weight" || trained && name == "lm_head.weight");
        return model;
    }

    public static TokenRows Rows(int tokens, int vocabulary)
    {
        int[][] all = Shapes.Prompts(tokens / Completion, Completion + 1, vocabulary);
        return TokenRows.Pack([.. all.Select(row => row[..1])], [.. all.Select(row => row[1..])]);
    }

    public static void Fused(DecoderModel model, TokenRows rows, ActivationOptions? activations = null)
    {
        using var scope = torch.NewDisposeScope();
        using TokenLogProbs forward = TokenLogProbs.Forward(model, rows, training: true, activations: activations);
        forward.Backward(torch.ones_like(forward.LogProbs));
        Clear(model);
    }

    public static void Plain(DecoderModel model, TokenRows rows)
    {
        using var scope = torch.NewDisposeScope();
        Tensor hidden = model.Hidden(rows.Ids);
        Tensor selected = hidden.view(-1, hidden.shape[2]).index_select(0, rows.Predictors);
        model.Logits(selected).log_softmax(1).gather(1, rows.Targets.unsqueeze(1)).sum().backward();
        Clear(model);
    }

    private static void Clear(DecoderModel model)
    {
        foreach ((_, Tensor weight) in model.NamedParameters())
            if (weight.requires_grad && weight.grad is { } gradient)
                gradient.zero_();
    }
}
