using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.TestKit;
using TorchSharp;

namespace Plumbline.Models.Tests.Adapters;

/// <summary>Every PEFT adapter of the golden numbers.</summary>
public sealed class GoldenAdapterTests
{
    private const double Tolerance = 1e-4;

    public static TheoryData<string> Folders() => GoldenFolders.Adapters();

    [Theory, MemberData(nameof(Folders))]
    public void LogitsMergedLogitsAndGradients_AgreeWithTheReference(string name)
    {
        using var opened = new Opened(name);
        using var scope = torch.NewDisposeScope();
        Tensor present = opened["attention_mask"].to(torch.ScalarType.Bool);
        Tensor Logits() => opened.Model.Logits(opened.Model.Hidden(opened["input_ids"], opened["position_ids"], present));
        double Gap(Tensor logits, string reference) =>
            (logits - opened[reference]).abs().amax([-1L]).masked_fill(present.logical_not(), 0).max().ToDouble();

        opened.Adapter.Train(true);
        opened.Model.Activate(opened.Adapter);
        Tensor logits = Logits();
        Assert.InRange(Gap(logits, "logits"), 0, Tolerance);
        Tensor labels = torch.where(present, opened["input_ids"], torch.full_like(opened["input_ids"], -100));
        Tensor loss = torch.nn.functional.cross_entropy(
            logits.narrow(1, 0, 23).reshape(-1, logits.shape[2]), labels.narrow(1, 1, 23).reshape(-1), ignore_index: -100);
        Assert.Equal(opened["loss"].ToDouble(), loss.ToDouble(), Tolerance);
        loss.backward();
        foreach (KeyValuePair<string, Tensor> parameter in opened.Adapter.NamedParameters())
            Assert.InRange((parameter.Value.grad! - opened["grad." + parameter.Key]).abs().max().ToDouble(), 0, Tolerance);

        opened.Model.Activate(null);
        opened.Adapter.MergeInto(opened.Model);
        using var noGradient = torch.no_grad();
        Assert.InRange(Gap(Logits(), "logits_merged"), 0, Tolerance);
    }

    [Theory, MemberData(nameof(Folders))]
    public void SavedAdapter_ReadAgain_IsTheSame(string name)
    {
        using var opened = new Opened(name);
        string copy = Directory.CreateTempSubdirectory().FullName;
        opened.Adapter.Save(copy);
        using LoraAdapter again = LoraAdapter.Load(opened.Model, copy);
        foreach ((KeyValuePair<string, Tensor> first, KeyValuePair<string, Tensor> second) in opened.Adapter.NamedParameters().Zip(again.NamedParameters()))
        {
            Assert.Equal(first.Key, second.Key);
            Assert.Equal(0.0, (first.Value - second.Value).abs().max().ToDouble());
        }
        Directory.Delete(copy, recursive: true);
    }

    [Fact]
    public void FreshAdapter_ChangesNothing_UntilTrained()
    {
        using DecoderModel model = TinyModels.Qwen2();
        using LoraAdapter adapter = LoraAdapter.Create(model, new AdapterConfig { R = 4, LoraAlpha = 8 }, seed: 1);
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        Tensor ids = torch.arange(8).view(1, 8);
        Tensor before = model.Hidden(ids);
        model.Activate(adapter);
        Assert.Equal(0.0, (before - model.Hidden(ids)).abs().max().ToDouble());
    }

    [Theory, InlineData(false, 2.0), InlineData(true, 4.0)]
    public void Scale_IsAlphaOverRank_OrOverItsRoot(bool rankStabilised, double expected)
    {
        // α = 8, r = 4: 8/4 = 2; rank-stabilised 8/√4 = 4.
        Assert.Equal(expected, new AdapterConfig { R = 4, LoraAlpha = 8, UseRslora = rankStabilised }.ScalingOf("model.layers.0.self_attn.q_proj"));
    }

    [Fact]
    public void TargetModules_NamingNoProjection_IsAnErrorThatListsThem()
    {
        using DecoderModel model = TinyModels.Qwen2();
        CheckpointException error = Assert.Throws<CheckpointException>(() => LoraAdapter.Create(model, new AdapterConfig { TargetModules = ["q_proj", "w_query"] }, 1));
        Assert.Contains("w_query", error.Message);
        Assert.Contains("q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj", error.Message);
    }

    private sealed class Opened : IDisposable
    {
        private readonly SafetensorsFile _numbers;

        public Opened(string name)
        {
            string directory = GoldenModel.Locate(name);
            using CheckpointFolder folder = CheckpointFolder.Open(Base(directory));
            Model = DecoderModel.Load(folder);
            Adapter = LoraAdapter.Load(Model, directory);
            _numbers = SafetensorsFile.Open(Path.Combine(directory, "golden.safetensors"));
        }

        public DecoderModel Model { get; }

        public LoraAdapter Adapter { get; }

        public Tensor this[string name] => _numbers.Read(name);

        private static string Base(string directory)
        {
            using AdapterFolder adapter = AdapterFolder.Open(directory);
            return Path.GetFullPath(Path.Combine(directory, adapter.Config.BaseModelNameOrPath!));
        }

        public void Dispose()
        {
            Adapter.Dispose();
            Model.Dispose();
            _numbers.Dispose();
        }
    }
}
