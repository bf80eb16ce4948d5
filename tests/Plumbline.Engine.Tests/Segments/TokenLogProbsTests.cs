using Plumbline.Engine.Segments;
using Plumbline.Models.Decoder;
using Plumbline.TestKit;
using TorchSharp;

namespace Plumbline.Engine.Tests.Segments;

/// <summary>The fused head and the two-step backward pass against plain autograd.</summary>
public sealed class TokenLogProbsTests
{
    private static readonly int[][] Prompts = [[1, 2, 3], [4], [5, 6]];
    private static readonly int[][] Completions = [[7, 8], [9, 10, 11, 12], []];

    [Theory, InlineData(1.0), InlineData(0.7)]
    public void LogProbsAndEntropies_AreThoseOfTheLogits(double temperature)
    {
        using DecoderModel model = TinyModels.Qwen2();
        using TokenRows rows = TokenRows.Pack(Prompts, Completions);
        using TokenLogProbs forward = TokenLogProbs.Forward(model, rows, temperature, entropies: true);
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        for (int i = 0; i < Prompts.Length; i++)
        {
            long[] ids = [.. Prompts[i].Concat(Completions[i]).Select(id => (long)id)];
            Tensor logProbs = torch.nn.functional.log_softmax(model.Logits(model.Hidden(torch.tensor(ids).unsqueeze(0))).squeeze(0) / temperature, -1);
            for (int t = 0; t < 4; t++)
            {
                bool counted = t < Completions[i].Length;
                Assert.Equal(counted, rows.Mask[i, t].ToBoolean());
                Tensor row = logProbs[Prompts[i].Length + Math.Min(t, Math.Max(0, Completions[i].Length - 1)) - 1];
                Assert.Equal(counted ? row[Completions[i][t]].ToDouble() : 0, forward.LogProbs[i, t].ToDouble(), 5e-6);
                Assert.Equal(counted ? -(row.exp() * row).sum().ToDouble() : 0, forward.Entropies![i, t].ToDouble(), 4);
            }
        }
    }

    [Theory, InlineData(1.0), InlineData(0.7)]
    public void Backward_GivesAutogradsGradients(double temperature)
    {
        using DecoderModel model = TinyModels.Qwen2();
        model.RequireGradients(true);
        using TokenRows rows = TokenRows.Pack(Prompts, Completions);
        using var scope = torch.NewDisposeScope();
        Tensor upstream = torch.linspace(-1, 2, 12).view(3, 4);

        Tensor logits = model.Logits(model.Hidden(rows.Ids)).view(-1, 32) / temperature;
        Tensor plain = torch.nn.functional.log_softmax(logits, -1).index_select(0, rows.Predictors).gather(1, rows.Targets.unsqueeze(1)).squeeze(1);
        (plain * upstream.view(-1).index_select(0, rows.Cells)).sum().backward();
        Dictionary<string, Tensor> expected = model.NamedParameters().ToDictionary(p => p.Key, p => p.Value.grad!.clone());
        foreach (KeyValuePair<string, Tensor> parameter in model.NamedParameters())
            parameter.Value.grad!.zero_();

        using TokenLogProbs forward = TokenLogProbs.Forward(model, rows, temperature, training: true);
        (forward.LogProbs * upstream).sum().backward();
        forward.Backward(forward.LogProbs.grad!);
        foreach (KeyValuePair<string, Tensor> parameter in model.NamedParameters())
            Assert.InRange((parameter.Value.grad! - expected[parameter.Key]).abs().max().ToDouble(), 0, 1e-4);
    }

    // 300 rows are two chunks; float64 leaves no room for a wrong term.
    [Theory, InlineData(1.0), InlineData(0.7)]
    public void HeadBackward_OfEntropiesAndLogProbs_GivesAutogradsGradientsInFloat64(double temperature)
    {
        using var scope = torch.NewDisposeScope();
        using var random = new torch.Generator(3);
        Tensor hidden = torch.randn(300, 5, dtype: torch.ScalarType.Float64, generator: random).requires_grad_();
        Tensor weight = torch.randn(11, 5, dtype: torch.ScalarType.Float64, generator: random).requires_grad_();
        Tensor targets = torch.arange(300) % 11;
        Tensor upstream = torch.randn(300, dtype: torch.ScalarType.Float64, generator: random), entropyUpstream = torch.randn(300, dtype: torch.ScalarType.Float64, generator: random);
        Tensor logProbs = torch.nn.functional.log_softmax(hidden.matmul(weight.t()) / temperature, -1);
        Tensor entropies = -(logProbs.exp() * logProbs).sum(1L);
        (logProbs.gather(1, targets.unsqueeze(1)).squeeze(1) * upstream + entropies * entropyUpstream).sum().backward();

        foreach (bool trained in new[] { true, false })
        {
            Tensor own = weight.detach().requires_grad_(trained);
            using var head = new LogProbHead(hidden.detach(), own, targets, temperature, forBackward: true, entropies: true);
            Tensor hiddenGradient = head.Backward(upstream, entropyUpstream);
            Assert.InRange((head.Entropies! - entropies).abs().max().ToDouble(), 0, 1e-13);
            Assert.InRange((hiddenGradient - hidden.grad!).abs().max().ToDouble(), 0, 1e-13);
            if (trained)
                Assert.InRange((own.grad! - weight.grad!).abs().max().ToDouble(), 0, 1e-12);
        }
    }

    // As much capped as let through: z/c is about ±1. Of the large vocabulary nothing is kept between the passes.
    [Theory, InlineData(true, 50), InlineData(false, 50), InlineData(true, 1_300_000), InlineData(false, 1_300_000)]
    public void HeadBackward_OfCappedLogits_GivesAutogradsGradientsInFloat64(bool trained, int vocabulary)
    {
        using var scope = torch.NewDisposeScope();
        using var random = new torch.Generator(5);
        const double Temperature = 0.7, Cap = 1.5;
        Tensor hidden = torch.randn(14, 3, dtype: torch.ScalarType.Float64, generator: random).requires_grad_();
        Tensor weight = torch.randn(vocabulary, 3, dtype: torch.ScalarType.Float64, generator: random).requires_grad_();
        Tensor targets = torch.arange(14) * 3, upstream = torch.randn(14, dtype: torch.ScalarType.Float64, generator: random);
        Tensor logits = (hidden.matmul(weight.t()) / Cap).tanh() * Cap / Temperature;
        Tensor logProbs = torch.nn.functional.log_softmax(logits, -1).gather(1, targets.unsqueeze(1)).squeeze(1);
        (logProbs * upstream).sum().backward();
        Tensor own = weight.detach().requires_grad_(trained);
        using var head = new LogProbHead(hidden.detach(), own, targets, Temperature, forBackward: true, entropies: false, Cap);
        Assert.InRange((head.LogProbs - logProbs).abs().max().ToDouble(), 0, 1e-12);
        Assert.InRange((head.Backward(upstream) - hidden.grad!).abs().max().ToDouble(), 0, 1e-12);
        if (trained)
            Assert.InRange((own.grad! - weight.grad!).abs().max().ToDouble(), 0, 1e-12);
    }

    // A frozen head goes back by p·W, a trained one by e^z: d loss / d hidden is the same; several chunks, the last one short.
    [Theory, InlineData(1.0), InlineData(0.7)]
    public void HeadBackward_FrozenAndTrained_GivesAutogradsHiddenGradientInFloat64(double temperature)
    {
        using var scope = torch.NewDisposeScope();
        using var random = new torch.Generator(5);
        const int Vocabulary = 250_000; // too many numbers to keep; chunks of 128 rows
        Tensor hidden = torch.randn(150, 3, dtype: torch.ScalarType.Float64, generator: random).requires_grad_();
        Tensor weight = torch.randn(Vocabulary, 3, dtype: torch.ScalarType.Float64, generator: random).requires_grad_();
        Tensor targets = torch.arange(150) * 7, upstream = torch.randn(150, dtype: torch.ScalarType.Float64, generator: random);
        (torch.nn.functional.log_softmax(hidden.matmul(weight.t()) / temperature, -1).gather(1, targets.unsqueeze(1)).squeeze(1) * upstream).sum().backward();
        using var frozen = new LogProbHead(hidden.detach(), weight.detach(), targets, temperature, forBackward: true, entropies: false);
        Tensor own = weight.detach().requires_grad_();
        using var trained = new LogProbHead(hidden.detach(), own, targets, temperature, forBackward: true, entropies: false);
        Assert.InRange((frozen.Backward(upstream) - hidden.grad!).abs().max().ToDouble(), 0, 1e-12);
        Assert.InRange((trained.Backward(upstream) - hidden.grad!).abs().max().ToDouble(), 0, 1e-12);
        Assert.InRange((own.grad! - weight.grad!).abs().max().ToDouble(), 0, 1e-12);
    }

    [Fact]
    public void Backward_OfEntropies_ReachesTheParametersAsAutogradDoes()
    {
        using DecoderModel model = TinyModels.Qwen2();
        model.RequireGradients(true);
        using TokenRows rows = TokenRows.Pack(Prompts, Completions);
        using var scope = torch.NewDisposeScope();
        Tensor upstream = torch.linspace(-1, 2, 12).view(3, 4);
        Tensor plain = torch.nn.functional.log_softmax(model.Logits(model.Hidden(rows.Ids)).view(-1, 32), -1).index_select(0, rows.Predictors);
        (-(plain.exp() * plain).sum(1L) * upstream.view(-1).index_select(0, rows.Cells)).sum().backward();
        Dictionary<string, Tensor> expected = model.NamedParameters().ToDictionary(p => p.Key, p => p.Value.grad!.clone());
        foreach (KeyValuePair<string, Tensor> parameter in model.NamedParameters())
            parameter.Value.grad!.zero_();

        using TokenLogProbs forward = TokenLogProbs.Forward(model, rows, training: true, entropies: true);
        (forward.Entropies! * upstream).sum().backward();
        forward.Backward(torch.zeros_like(upstream), forward.Entropies!.grad);
        foreach (KeyValuePair<string, Tensor> parameter in model.NamedParameters())
            Assert.InRange((parameter.Value.grad! - expected[parameter.Key]).abs().max().ToDouble(), 0, 1e-4);
    }

    [Fact]
    public void Backward_OfEntropiesThatWereNotAskedFor_IsAnError()
    {
        using DecoderModel model = TinyModels.Qwen2();
        using TokenRows rows = TokenRows.Pack(Prompts, Completions);
        using var scope = torch.NewDisposeScope();
        using TokenLogProbs forward = TokenLogProbs.Forward(model, rows, training: true);
        Assert.Throws<InvalidOperationException>(() => forward.Backward(torch.zeros(3, 4), torch.zeros(3, 4)));
    }

    [Fact]
    public void EmptyPrompt_IsAnError() => Assert.Contains("beginning-of-text", Assert.Throws<ArgumentException>(() => TokenRows.Pack([[]], [[1]])).Message);
}
