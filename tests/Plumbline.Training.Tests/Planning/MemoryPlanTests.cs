using Plumbline.Engine.Segments;
using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Quantization;
using Plumbline.TestKit;
using Plumbline.Training.Planning;
using Plumbline.Training.Recipes;
using TorchSharp;

namespace Plumbline.Training.Tests.Planning;

/// <summary>A Qwen2 of 2 layers, width 16, 4 heads of 4 over 2 of keys, feed-forward 32, 64 tokens, tied: 2·(768 + 1,536) = 4,608 weights in projections, 1,024 in the embedding, 144 in norms and biases.</summary>
public sealed class MemoryPlanTests
{
    private static readonly ModelConfig Config = TinyModels.Config(vocabulary: 64) with { DType = "bfloat16" };
    private static readonly AdapterConfig Rank2 = new() { R = 2 };

    private static readonly PlannedRun Run = new()
    {
        Policy = Config,
        Precision = new ModelPrecision(Frozen: true),
        Adapter = Rank2,
        Prompts = 2,
        Generations = 2,
        PromptTokens = 33,
        CompletionTokens = 10,
        RuntimeBytes = 1000,
    };

    [Fact]
    public void Held_OfAnAdapter_IsThatWorkedByHand()
    {
        // Rank 2 on all seven: ends of 32 + 24 + 24 + 32 + 3·48 = 256 a layer, so 1,024 numbers.
        Assert.Equal(
            [("runtime and libraries", 1000), ("projections", 4 * 4608), ("embedding, head, norms", 4 * (1024 + 144)), ("adapter", 4096), ("gradients", 4096), ("optimizer state", 8192)],
            MemoryPlan.Of(Run).Held.Select(item => (item.Part, item.Bytes)));
        Assert.Equal(2 * 4608, Of(Run with { Precision = new ModelPrecision(torch.ScalarType.BFloat16) }, "projections"));
        Assert.Equal(2 * 1024 + 4 * 144, Of(Run with { Precision = new ModelPrecision(null, Quantization: QuantizationType.Nf4) }, "embedding, head, norms"));
        Assert.Equal(4608, Of(Run with { Precision = new ModelPrecision(null, Quantization: QuantizationType.Int8) }, "projections"));
        Assert.Equal((long)(4608 * (0.5 + (1 + 4 / 256.0) / 64)), Of(Run with { Precision = new ModelPrecision(null, Quantization: QuantizationType.Nf4) }, "projections"));
        Assert.Equal(2 * 2 * 2 * (32 + 32), Of(Run with { Adapter = Rank2 with { TargetModules = ["q_proj", "o_proj"] } }, "adapter") / 2);
    }

    [Theory]
    [MemberData(nameof(TinyFamilies.Names), MemberType = typeof(TinyFamilies))]
    public void Held_OfEveryFamily_IsWhatItsModelAndAdapterHave(string family)
    {
        AdapterConfig dora = Rank2 with { UseDora = true };
        using DecoderModel model = TinyFamilies.Create(family);
        using LoraAdapter adapter = LoraAdapter.Create(model, dora, seed: 1);
        PlannedRun run = Run with { Policy = model.Config, Adapter = dora };
        Assert.Equal(4 * adapter.NamedParameters().Sum(p => p.Value.numel()), Of(run, "adapter"));
        Assert.Equal(4 * model.ParameterCount, Of(run, "projections") + Of(run, "embedding, head, norms"));
    }

    [Fact]
    public void Held_OfEveryWeight_AddsGradientsStateAndReference()
    {
        PlannedRun full = Run with { Adapter = null, Precision = ModelPrecision.Trained, WithReference = true, StateBytes = new OptimizerOptions { Optim = "adamw_8bit" }.StateBytes };
        Assert.Equal(4 * 5776, Of(full, "gradients"));
        Assert.Equal(4 * 5776, Of(full, "frozen copy"));
        Assert.Equal((long)(5776 * (2 + 8 / 256.0)), Of(full, "optimizer state"));
        Assert.Equal([("policy", 4L * 5776), ("critic", 4L * 5776)], MemoryPlan.Of(full with { WithCritic = true }).Held.Where(i => i.Part == "gradients").Select(i => (i.Role, i.Bytes)));
        Assert.DoesNotContain(MemoryPlan.Of(full with { StateElsewhere = true }).Held, item => item.Part == "optimizer state");
    }

    // Prompts of 33 tokens are two pages of 32, completions one: 8 pages of 32 tokens; a head's token takes 4 + 16 lanes; 2 layers of 2 heads.
    [Fact]
    public void Rollout_Cache_IsInWholePages() => Assert.Equal(8 * 32 * 20 * 4 * 4, Of(Run, "cache of keys and values"));

    // Shared prompts: 2·33 + 4·10 = 106 tokens. A layer's graph is 6·16 + 3·16 + 2·8 + 2·16 + 4·32 = 320 numbers a token, its input 16 of them.
    [Fact]
    public void Update_Activations_AreThoseOfTheLayersKept()
    {
        Assert.Equal(4 * 106 * (2 * 16 + 2 * 304), Of(Run, "activations of layers"));
        Assert.Equal(4 * 106 * (2 * 16 + 304), Of(Run with { Activations = new ActivationOptions(ActivationMode.Recompute) }, "activations of layers"));
        Assert.Equal(4 * (106 * 2 * 16 + 20 * 304), Of(Run with { Activations = new ActivationOptions(ActivationMode.Recompute, Window: 5) }, "activations of layers"));
        Assert.Equal(4 * 53 * (2 * 16 + 2 * 304), Of(Run with { Pieces = 2 }, "activations of layers"));
        Assert.Equal(106 * 320 * 6, Of(Run, "one layer going back"));
        Assert.Equal(4 * (2 * 40 * 64 + 40 * 16), Of(Run, "head"));
        Assert.Equal(4 * (2 * 40 * 64 + 3 * 64 * 16), Of(Run with { Adapter = null }, "head"));
    }

    [Fact]
    public void Peak_IsWhatIsHeldAndTheGreatestPart()
    {
        MemoryPlan plan = MemoryPlan.Of(Run with { Rewards = [Config with { Architecture = "Qwen2ForSequenceClassification" }] });
        Assert.Equal(plan.Held.Sum(i => i.Bytes) + plan.Phases.Max(p => p.Bytes), plan.Peak);
        Assert.Equal("update", plan.Greatest.Name);
        Assert.Equal(4 * 5776, plan.Held.Single(i => i.Role == "reward model 1").Bytes);
        Assert.Equal(4 * 172 * (48 + 96), plan.Phases.Single(p => p.Name == "score").Bytes);
    }

    [Fact]
    public void ThatFit_NamesWhatFitsOrWhatIsNearest()
    {
        IReadOnlyList<PlanChange> fitting = PlanChange.ThatFit(Run, MemoryPlan.Of(Run).Peak - 1);
        Assert.Contains(fitting, change => change.Settings == "training.activations=recompute");
        Assert.All(fitting, change => Assert.True(change.Peak < MemoryPlan.Of(Run).Peak));
        PlanChange nearest = Assert.Single(PlanChange.ThatFit(Run, 10));
        Assert.Equal("quantization=nf4 training.activations=recompute training.gradient_accumulation_steps=4", nearest.Settings);
        Assert.Contains(PlanChange.ThatFit(Run with { Adapter = null }, MemoryPlan.Of(Run with { Adapter = null }).Peak - 1), change => change.Settings == "optimizer.optim=adamw_8bit");
    }

    [Fact]
    public void ThatFit_WhatTheRunDoesAlready_IsNoChange()
    {
        PlannedRun packed = Run with { Precision = ModelPrecision.OfFrozen(ModelDType.Auto, QuantizationType.Nf4, device: null) };
        Assert.DoesNotContain(PlanChange.ThatFit(packed, MemoryPlan.Of(packed).Peak - 1), change => change.Settings.Contains("nf4"));
        Assert.Contains(PlanChange.ThatFit(Run, MemoryPlan.Of(Run).Peak - 1), change => change.Settings.Contains("nf4"));
    }

    // At 1 operation a second: a token's trunk is 2·4,608 + 4·2·16·context, its head 2·16·64; weights are gone through at 1 a second.
    [Fact]
    public void StepEstimate_OfARollout_WaitsForTheSlowerOfProductsAndWeights()
    {
        const double Context = 43 / 2.0, Trunk = 2 * 4608 + 4 * 2 * 16 * Context, Head = 2 * 16 * 64;
        StepEstimate slowWeights = StepEstimate.Of(Run, new MachineSpeed(1e9, 1)), slowProducts = StepEstimate.Of(Run, new MachineSpeed(1, 1e9));
        Assert.Equal(10 * (4608 + 1024), slowWeights.Rollout, 1);
        Assert.Equal(66 * Trunk + 10 * 4 * (Trunk + Head), slowProducts.Rollout, 1);
        Assert.Equal(2 * (172 * Trunk + 40 * Head), slowProducts.Update, 1);
        Assert.Equal(3 * (172 * Trunk + 40 * Head), StepEstimate.Of(Run with { WithReference = true }, new MachineSpeed(1, 1e9)).Update, 1);
    }

    private static long Of(PlannedRun run, string part)
    {
        MemoryPlan plan = MemoryPlan.Of(run);
        return plan.Held.Concat(plan.Phases.SelectMany(p => p.Items)).First(item => item.Part == part).Bytes;
    }
}
