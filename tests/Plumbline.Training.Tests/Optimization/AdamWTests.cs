using System.Text.Json;
using Plumbline.Models.Checkpoints;
using Plumbline.TestKit;
using Plumbline.Training.Optimization;
using TorchSharp;

namespace Plumbline.Training.Tests.Optimization;

public sealed class AdamWTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    public static TheoryData<string> GoldenRuns()
    {
        var data = new TheoryData<string>();
        foreach (string file in SharedFiles.Golden is { } golden ? Directory.GetFiles(golden, "adamw*.json", SearchOption.AllDirectories) : [""])
            data.Add(file.Length == 0 ? "" : Path.GetFileName(Path.GetDirectoryName(file)!));
        return data;
    }

    [Theory, MemberData(nameof(GoldenRuns))]
    public void SixSteps_GiveTheReferencesLossesAndNorms(string name)
    {
        using GoldenModel golden = GoldenModel.Open(name);
        using JsonDocument run = JsonDocument.Parse(File.ReadAllText(Directory.GetFiles(golden.Directory, "adamw*.json")[0]));
        golden.Model.RequireGradients(true);
        KeyValuePair<string, Tensor>[] parameters = [.. golden.Model.NamedParameters()];
        using var optimizer = new AdamW(parameters, 0.9, 0.95, 1e-8, 0.1);
        double[] losses = [.. run.RootElement.GetProperty("loss").EnumerateArray().Select(v => v.GetDouble())];
        double[] norms = [.. run.RootElement.GetProperty("grad_norm_before_clip").EnumerateArray().Select(v => v.GetDouble())];
        for (int step = 0; step < losses.Length; step++)
        {
            using var scope = torch.NewDisposeScope();
            Gradients.Zero(parameters);
            Tensor loss = golden.Loss();
            loss.backward();
            Assert.Equal(losses[step], loss.ToDouble(), 1e-3);
            Assert.Equal(norms[step], Gradients.ClipNorm(parameters, 1.0), 1e-3);
            optimizer.Step(1e-3);
        }
    }

    [Fact]
    public void FirstStep_MovesByTheLearningRateAgainstTheGradient_AndDecays()
    {
        // m̂ = g, v̂ = g², so the step is lr · g/|g| = lr; decay first: 1·(1 − 0.1·0.5) = 0.95; 0.95 − 0.1 = 0.85 for g = +3; −1 → −0.95 + 0.1 = −0.85 for g = −3.
        using var scope = torch.NewDisposeScope();
        Tensor weight = torch.tensor(new[] { 1f, -1f }).requires_grad_(true);
        using var optimizer = new AdamW([new("w", weight)], weightDecay: 0.5);
        (weight * torch.tensor(new[] { 3f, -3f })).sum().backward();
        optimizer.Step(0.1);
        Assert.Equal([0.85f, -0.85f], weight.data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void RestoredState_GoesOnBitForBit()
    {
        float[] Run(int restartAt)
        {
            using var scope = torch.NewDisposeScope();
            Tensor weight = torch.linspace(-1, 1, 5).requires_grad_(true);
            var optimizer = new AdamW([new("w", weight)]);
            for (int step = 0; step < 6; step++)
            {
                if (step == restartAt)
                {
                    string file = Path.Combine(_directory, "optimizer.safetensors");
                    optimizer.Save(file);
                    optimizer.Dispose();
                    optimizer = new AdamW([new("w", weight)]);
                    optimizer.Load(file);
                }
                Gradients.Zero([new("w", weight)]);
                (weight * weight * (step + 1)).sum().backward();
                optimizer.Step(0.05);
            }
            optimizer.Dispose();
            return [.. weight.data<float>()];
        }
        Assert.Equal(Run(restartAt: -1), Run(restartAt: 3));
    }

    [Theory, InlineData(2.5, 1.5, 2), InlineData(0, 3, 4), InlineData(10, 3, 4)]
    public void ClipNorm_ScalesToTheBound_AndTellsTheNormBefore(double bound, double first, double second)
    {
        // |(3, 4)| = 5; to 0.5 · 5 = 2.5 the gradient becomes (1.5, 2).
        using var scope = torch.NewDisposeScope();
        Tensor weight = torch.zeros(2).requires_grad_(true);
        (weight * torch.tensor(new[] { 3f, 4f })).sum().backward();
        Assert.Equal(5.0, Gradients.ClipNorm([new("w", weight)], bound), 4);
        Assert.Equal(first, weight.grad![0].ToDouble(), 3);
        Assert.Equal(second, weight.grad![1].ToDouble(), 3);
    }

    // 5,000 numbers, 20 blocks; one step from nothing has m̂/√v̂ = ±1 whatever the gradient, but for what 8 bits lose of g and g²: a few per cent.
    [Fact]
    public void EightBits_FirstSteps_AreNearlyThoseOfFloat32AndTakeAQuarter()
    {
        using var scope = torch.NewDisposeScope();
        Tensor start = torch.randn([5000], generator: new torch.Generator(2)), target = torch.randn([5000], generator: new torch.Generator(3));
        (Tensor full, _) = Descend(start, target, packed: false, offloaded: false);
        (Tensor packed, long bytes) = Descend(start, target, packed: true, offloaded: false);
        Assert.InRange((packed - full).abs().mean().ToDouble() / (full - start).abs().mean().ToDouble(), 1e-6, 0.1);
        Assert.InRange(bytes, 10_000, 10_000 + 2 * 20 * 4 + 1000);
        Assert.Equal(full.data<float>().ToArray(), Descend(start, target, packed: false, offloaded: true).Weight.data<float>().ToArray());
    }

    [Fact]
    public void EightBits_RestoredState_GoesOnBitForBitAndNoOtherIsTaken()
    {
        using var scope = torch.NewDisposeScope();
        Tensor start = torch.randn([5000], generator: new torch.Generator(2)), target = torch.randn([5000], generator: new torch.Generator(3));
        string file = Path.Combine(_directory, "optimizer.safetensors");
        Assert.Equal(Descend(start, target, packed: true, offloaded: false).Weight.data<float>().ToArray(), Descend(start, target, packed: true, offloaded: false, restartAt: 4, file).Weight.data<float>().ToArray());
        using var other = new AdamW([new("w", start)]);
        Assert.Contains("saved in 8 bits, but this run keeps it in 32", Assert.Throws<CheckpointException>(() => other.Load(file)).Message, StringComparison.Ordinal);
    }

    private static (Tensor Weight, long Bytes) Descend(Tensor start, Tensor target, bool packed, bool offloaded, int restartAt = -1, string? file = null)
    {
        Tensor weight = start.clone().requires_grad_(true);
        KeyValuePair<string, Tensor>[] parameters = [new("w", weight)];
        var optimizer = new AdamW(parameters, packed: packed, offloaded: offloaded);
        string path = file ?? Path.GetTempFileName();
        for (int step = 0; step < 8; step++)
        {
            if (step == restartAt)
            {
                optimizer.Save(path);
                optimizer.Dispose();
                optimizer = new AdamW(parameters, packed: packed, offloaded: offloaded);
                optimizer.Load(path);
            }
            Gradients.Zero(parameters);
            (weight - target).square().mean().backward();
            optimizer.Step(0.01);
        }
        optimizer.Save(path);
        optimizer.Dispose();
        long bytes = new FileInfo(path).Length;
        if (file is null)
            File.Delete(path);
        return (weight.detach(), bytes);
    }
}
