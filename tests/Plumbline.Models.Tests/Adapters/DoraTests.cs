using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Tests.Checkpoints;
using Plumbline.TestKit;
using TorchSharp;

namespace Plumbline.Models.Tests.Adapters;

/// <summary>Adapters whose rows have lengths of their own.</summary>
public sealed class DoraTests
{
    private static readonly AdapterConfig Dora = new() { R = 2, LoraAlpha = 4, UseDora = true };

    // W = (2 4; 0 2), B·A adds (1 0; 0 0): rows (3, 4) and (0, 2), 5 and 2 long; m = (10, 1) makes them (6, 8) and (0, 1).
    // For x = (1, 2): 6 + 16 + bias 0.5 = 22.5, and 2. The norm is a constant, so d y / d B = (2·2·½, ½·2·½) = (2, 0.5), as A·x = 1 and s = 1;
    // d y / d A = 2·B₀·x = (2, 4); d y / d m = ((3 + 8)/5, 4/2) = (2.2, 2); d y / d x = (6, 8 + 1).
    [Fact]
    public void OutputAndGradients_AreThoseWorkedByHand()
    {
        using var scope = torch.NewDisposeScope();
        using var linear = new Linear("p", torch.tensor(new[,] { { 2.0, 4 }, { 0, 2 } }), torch.tensor(new[] { 0.5, 0 }));
        Tensor a = torch.tensor(new[,] { { 1.0, 0 } }).requires_grad_(), b = torch.tensor(new[,] { { 1.0 }, { 0 } }).requires_grad_();
        Tensor magnitude = torch.tensor(new[] { 10.0, 1 }).requires_grad_(), x = torch.tensor(new[,] { { 1.0, 2 } }).requires_grad_();
        linear.Adapter = new LoraPair(a, b, Scale: 1, Dropout: 0, magnitude);
        Tensor y = linear.Forward(x);
        Near([22.5, 2], y);
        y.sum().backward();
        Near([2, 0.5], b.grad!);
        Near([2, 4], a.grad!);
        Near([2.2, 2], magnitude.grad!);
        Near([6, 9], x.grad!);
        using var noGradient = torch.no_grad();
        Near([6, 8, 0, 1], linear.Adapter.Merged(linear.Weight));
    }

    [Fact]
    public void Gradients_AreAutogradsOfTheMergedWeight_WithItsNormHeld()
    {
        using var scope = torch.NewDisposeScope();
        using var random = new torch.Generator(5);
        Tensor Draw(params long[] shape) => torch.randn(shape, dtype: torch.ScalarType.Float64, generator: random).requires_grad_();
        Tensor weight = Draw(7, 5).detach(), a = Draw(2, 5), b = Draw(7, 2), magnitude = Draw(7), x = Draw(3, 4, 5), upstream = Draw(3, 4, 7).detach();
        Tensor sum = weight + 1.5 * b.matmul(a);
        Tensor merged = (magnitude / sum.square().sum(1L).sqrt().detach()).unsqueeze(1) * sum;
        Tensor expected = x.matmul(merged.t());
        expected.backward([upstream]);
        Tensor[] leaves = [a, b, magnitude, x], wanted = [.. leaves.Select(leaf => leaf.grad!.clone())];
        foreach (Tensor leaf in leaves)
            leaf.grad!.zero_();

        using var linear = new Linear("p", weight, null) { Adapter = new LoraPair(a, b, 1.5, 0, magnitude) };
        Tensor y = linear.Forward(x);
        Assert.InRange((y - expected).abs().max().ToDouble(), 0, 1e-12);
        y.backward([upstream]);
        foreach ((Tensor leaf, Tensor gradient) in leaves.Zip(wanted))
            Assert.InRange((leaf.grad! - gradient).abs().max().ToDouble(), 0, 1e-12);
    }

    // As PEFT has it: x·Wᵀ itself sees all inputs, what turns it only those that were not dropped.
    [Fact]
    public void Dropout_ReachesTheTurnedShareOfTheBaseToo()
    {
        using var scope = torch.NewDisposeScope();
        using var random = new torch.Generator(5);
        Tensor Draw(params long[] shape) => torch.randn(shape, dtype: torch.ScalarType.Float64, generator: random);
        Tensor weight = Draw(7, 5), a = Draw(2, 5), b = Draw(7, 2), magnitude = Draw(7), x = Draw(3, 5);
        using var linear = new Linear("p", weight, null) { Adapter = new LoraPair(a, b, 1.5, 0.4, magnitude) { Training = true } };
        torch.manual_seed(3);
        Tensor y = linear.Forward(x);
        torch.manual_seed(3);
        Tensor dropped = torch.nn.functional.dropout(x, 0.4, training: true), share = magnitude / (weight + 1.5 * b.matmul(a)).square().sum(1L).sqrt();
        Tensor expected = x.matmul(weight.t()) + (share - 1) * dropped.matmul(weight.t()) + share * 1.5 * dropped.matmul(a.t()).matmul(b.t());
        Assert.InRange((y - expected).abs().max().ToDouble(), 0, 1e-12);
    }

    [Fact]
    public void FreshAdapter_ChangesNothing()
    {
        using DecoderModel model = TinyModels.Qwen2();
        using LoraAdapter adapter = LoraAdapter.Create(model, Dora, seed: 1);
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        Tensor before = Logits(model);
        model.Activate(adapter);
        Assert.InRange((before - Logits(model)).abs().max().ToDouble(), 0, 1e-5);
    }

    [Fact]
    public void SavedAdapter_HasPeftsNames_AndIsTheSameReadAgainAndMerged()
    {
        using var folder = new TemporaryFolder();
        using DecoderModel model = TinyModels.Qwen2();
        using LoraAdapter adapter = LoraAdapter.Create(model, Dora with { TargetModules = ["q_proj", "down_proj"] }, seed: 1);
        TinyFamilies.Disturb(adapter.NamedParameters());
        adapter.Save(folder.Path);
        using (AdapterFolder read = AdapterFolder.Open(folder.Path))
        {
            Assert.True(read.Config.UseDora);
            Assert.Contains("base_model.model.model.layers.1.mlp.down_proj.lora_magnitude_vector", read.Names);
        }
        using LoraAdapter again = LoraAdapter.Load(model, folder.Path);
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        Tensor bare = Logits(model);
        model.Activate(adapter);
        Tensor adapted = Logits(model);
        model.Activate(again);
        Assert.Equal(0.0, (adapted - Logits(model)).abs().max().ToDouble());
        if (RowDecoder.Serves(model))
        {
            using var cache = new PagedCache(model.Config);
            using var decoder = new RowDecoder(model, cache);
            cache.Begin();
            cache.Extend(cache.Open(), 10);
            float[] decoded = decoder.Logits([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]).ToArray();
            Assert.InRange((torch.tensor(decoded).view_as(adapted) - adapted).abs().max().ToDouble(), 0, 1e-4);
        }
        model.Activate(null);
        again.MergeInto(model);
        Assert.InRange((adapted - Logits(model)).abs().max().ToDouble(), 0, 1e-4);
        Assert.True((adapted - bare).abs().max().ToDouble() > 0.1);
    }

    [Fact]
    public void AdapterWithoutItsMagnitudes_IsAnError()
    {
        using var folder = new TemporaryFolder();
        using DecoderModel model = TinyModels.Qwen2();
        using LoraAdapter plain = LoraAdapter.Create(model, Dora with { UseDora = false }, seed: 1);
        AdapterFolder.Write(folder.Path, Dora, plain.NamedParameters());
        Assert.Contains("use_dora is true, but there is no tensor base_model.model.model.layers.0.", Assert.Throws<CheckpointException>(() => LoraAdapter.Load(model, folder.Path)).Message);
        AdapterFolder.Write(folder.Path, Dora, plain.NamedParameters().SelectMany(p => p.Key.EndsWith("lora_A.weight", StringComparison.Ordinal)
            ? new[] { p, new(p.Key.Replace("lora_A.weight", "lora_magnitude_vector", StringComparison.Ordinal), torch.ones(3)) } : [p]));
        Assert.Contains("has shape [3], but on this base [", Assert.Throws<CheckpointException>(() => LoraAdapter.Load(model, folder.Path)).Message);
    }

    private static Tensor Logits(DecoderModel model) => model.Logits(model.Hidden(torch.arange(10).view(1, 10)));

    private static void Near(double[] expected, Tensor actual)
    {
        double[] values = actual.reshape(-1).data<double>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        foreach ((double wanted, double value) in expected.Zip(values))
            Assert.Equal(wanted, value, 1e-12);
    }
}
