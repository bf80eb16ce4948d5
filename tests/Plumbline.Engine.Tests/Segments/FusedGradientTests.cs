using Plumbline.Engine.Segments;
using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using TorchSharp;

namespace Plumbline.Engine.Tests.Segments;

/// <summary>Norms in one pass and merged adapters against the plain operations, where only rounding may differ.</summary>
[Collection(AloneCollection.Name)]
public sealed class FusedGradientTests
{
    public static TheoryData<string, bool> Cases()
    {
        var data = new TheoryData<string, bool>();
        foreach (string shape in new[] { "grouped", "every head its own", "one key head", "sliding", "untied", "query-key norms", "all biases" })
        {
            data.Add(shape, false);
            data.Add(shape, true);
        }
        return data;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Backward_InFloat64_IsThePlainOneTo1e10(string shape, bool lora) => InFloat64(() => Assert.InRange(Error(Shape(shape), lora), 0, 1e-10));

    [Theory, MemberData(nameof(Cases))]
    public void Backward_InFloat32_IsThePlainOneTo1e4(string shape, bool lora) => Assert.InRange(Error(Shape(shape), lora), 0, 1e-4);

    // Projections without an adapter run beside merged ones; ranks and scales of their own need places of their own.
    [Theory, InlineData("q_proj,v_proj,up_proj"), InlineData("k_proj"), InlineData("v_proj,o_proj,down_proj")]
    public void Adapter_OfSomeProjectionsAndUnequalRanks_GivesThePlainGradients(string targets) => InFloat64(() =>
    {
        var config = new AdapterConfig
        {
            R = 2,
            LoraAlpha = 6,
            TargetModules = targets.Split(','),
            UseRslora = true,
            RankPattern = new Dictionary<string, int> { ["v_proj"] = 5 },
            AlphaPattern = new Dictionary<string, double> { ["v_proj"] = 3 },
        };
        Assert.InRange(Error(Shape("all biases"), lora: true, config), 0, 1e-10);
    });

    [Fact]
    public void Adapter_WithDropout_RunsApart_AndDrawsAsThePlainOperationsDo() => InFloat64(() =>
        Assert.InRange(Error(Shape("grouped"), lora: true, new AdapterConfig { R = 2, LoraDropout = 0.5, TargetModules = ["all-linear"] }), 0, 1e-10));

    [Fact]
    public void BaseAndAdapter_TrainedTogether_GetThePlainGradients() => InFloat64(() =>
    {
        using var scope = torch.NewDisposeScope();
        using var trained = new TrainedModel(Shape("query-key norms"), lora: true);
        trained.Model.RequireGradients(true);
        Dictionary<string, Tensor> OfBase(bool fused)
        {
            trained.Model.Fused = fused;
            foreach (KeyValuePair<string, Tensor> parameter in trained.Model.NamedParameters())
                parameter.Value.grad?.zero_();
            using TokenRows rows = Rows();
            trained.Gradients(rows, new ActivationOptions());
            return trained.Model.NamedParameters().Where(p => p.Key.EndsWith(".weight", StringComparison.Ordinal)).ToDictionary(p => p.Key, p => p.Value.grad!.clone());
        }
        Assert.InRange(TrainedModel.RelativeError(OfBase(true), OfBase(false)), 0, 1e-10);
    });

    // Of width 20 a norm runs plainly either way, so that another order of sums tells that another product ran. 3 rows are fewer than 20·8/(20 + 8), the least of any projection.
    [Theory, InlineData(true), InlineData(false)]
    public void Adapter_RunsMergedWhereThereAreEnoughRows(bool many)
    {
        using var scope = torch.NewDisposeScope();
        using var trained = new TrainedModel(Shape("grouped") with { HiddenSize = 20 }, lora: true);
        using TokenRows rows = many ? Rows() : TokenRows.Pack([[1, 2]], [[7]]);
        float[] LogProbs(bool fused)
        {
            trained.Model.Fused = fused;
            using TokenLogProbs forward = TokenLogProbs.Forward(trained.Model, rows);
            return forward.LogProbs.data<float>().ToArray();
        }
        float[] apart = LogProbs(false), fused = LogProbs(true);
        Assert.Equal(many, !apart.SequenceEqual(fused));
        Assert.All(apart.Zip(fused), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    // Policy and reference must begin as one, whatever rounding does to either: the penalty for drifting apart is then exactly 0.
    [Theory, InlineData(0.0), InlineData(0.3)]
    public void LogProbs_OfAFreshAdapter_AreExactlyThoseOfTheBase(double dropout)
    {
        using var scope = torch.NewDisposeScope();
        using var trained = new TrainedModel(Shape("grouped"), lora: false);
        trained.Model.RequireGradients(false);
        using LoraAdapter fresh = LoraAdapter.Create(trained.Model, new AdapterConfig { R = 2, LoraDropout = dropout, TargetModules = ["all-linear"] }, seed: 3);
        using TokenRows rows = Rows();
        using TokenLogProbs reference = TokenLogProbs.Forward(trained.Model, rows);
        fresh.Train(true);
        trained.Model.Activate(fresh);
        using TokenLogProbs policy = TokenLogProbs.Forward(trained.Model, rows, training: true);
        Assert.Equal(reference.LogProbs.data<float>().ToArray(), policy.LogProbs.data<float>().ToArray());
    }

    private static TokenRows Rows() => TokenRows.Pack([[1, 2, 3, 13, 14], [4, 15, 16], [1, 2, 9]], [[7, 8], [9, 10, 11, 12], [5, 6, 7]]);

    private static double Error(ModelConfig config, bool lora, AdapterConfig? adapter = null)
    {
        using var scope = torch.NewDisposeScope();
        using var trained = new TrainedModel(config, lora, adapter: adapter);
        DrawBiases(trained);
        using TokenRows rows = Rows();
        trained.Model.Fused = false;
        torch.manual_seed(11);
        Dictionary<string, Tensor> expected = trained.Gradients(rows, new ActivationOptions(ActivationMode.Plain));
        trained.Model.Fused = true;
        torch.manual_seed(11);
        return TrainedModel.RelativeError(trained.Gradients(rows, new ActivationOptions()), expected);
    }

    // Fresh ones are 0, and a lost one would not show.
    private static void DrawBiases(TrainedModel trained)
    {
        using var noGradient = torch.no_grad();
        using var random = new torch.Generator(5);
        foreach (KeyValuePair<string, Tensor> bias in trained.Model.NamedParameters().Where(p => p.Key.EndsWith(".bias", StringComparison.Ordinal)))
            bias.Value.normal_(0, 0.3, random);
    }

    private static ModelConfig Shape(string name)
    {
        ModelConfig config = TrainedModel.Config();
        return name switch
        {
            "grouped" => config,
            "every head its own" => config with { NumKeyValueHeads = 4 },
            "one key head" => config with { NumKeyValueHeads = 1 },
            "sliding" => config with { SlidingWindow = 3, SlidingLayers = [false, true] },
            "untied" => config with { TieWordEmbeddings = false },
            "query-key norms" => config with { ModelType = "qwen3", Architecture = "Qwen3ForCausalLM", QkNorm = true, QkvBias = false },
            "all biases" => config with { ModelType = "llama", Architecture = "LlamaForCausalLM", OutputBias = true, MlpBias = true },
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such shape"),
        };
    }

    private static void InFloat64(Action test)
    {
        torch.set_default_dtype(torch.ScalarType.Float64);
        try
        {
            test();
        }
        finally
        {
            torch.set_default_dtype(torch.ScalarType.Float32);
        }
    }
}
