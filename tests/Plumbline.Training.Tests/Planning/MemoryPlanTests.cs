using Plumbline.Engine.Segments;
using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Quantization;
using Plumbline.TestKit;
using Plumbline.Training.Planning;
using Plumbline.Training.Recipes;
using Plumbline.Training.Tests.Recipes;
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

    // In bfloat16 there are no pages: a key and a value of 4 numbers of 2 bytes, for 4 rows of 43 tokens, in 2 layers of 2 heads.
    [Fact]
    public void Rollout_InBFloat16_CachesEveryRowWhole() =>
        Assert.Equal(4 * 43 * 2 * 4 * 2 * 2 * 2, Of(Run with { Precision = new ModelPrecision(torch.ScalarType.BFloat16, torch.ScalarType.BFloat16) }, "cache of keys and values"));

    // Decoding in vectors merges the adapter into a copy and holds one row of logits for each of 128 rows at most; by the library it holds two for each row there is.
    [Fact]
    public void Rollout_InVectorsOrNot_HoldsWhatItsWayNeeds()
    {
        PlannedRun wide = Run with { Precision = new ModelPrecision(torch.ScalarType.Float32) }, held = Run with { Precision = new ModelPrecision(torch.ScalarType.BFloat16) };
        Assert.Equal([4 * 4608, 4 * 64 * 4], new[] { "adapter merged for decoding", "logits of running rows" }.Select(part => Of(wide, part)));
        Assert.Equal([0, 4 * 64 * 4 * 2], new[] { "adapter merged for decoding", "logits of running rows" }.Select(part => Of(held, part)));
        Assert.Equal([128 * 64 * 4, 200 * 64 * 4 * 2], new[] { wide, held }.Select(run => Of(run with { Prompts = 100 }, "logits of running rows")));
        // A block of the largest matrix, 16 by 32, in float32, twice.
        Assert.Equal([0, 2 * 16 * 32 * 4], new[] { wide, held }.Select(run => Of(run, "weights being widened")));
        Assert.Equal(2 * 16 * 32 * 4, Of(Run with { Precision = new ModelPrecision(null, torch.ScalarType.BFloat16, QuantizationType.Int8) }, "weights being widened"));
    }

    [Fact]
    public void Held_OfAFolderInFloat16_IsTwoBytesAWeight() => Assert.Equal(2 * 4608, Of(Run with { Policy = Config with { DType = "float16" }, Precision = new ModelPrecision(null) }, "projections"));

    // With an adapter the reference is the base itself, and the critic another adapter of 1,024 numbers.
    [Fact]
    public void Held_OfACriticWithAnAdapter_IsTheAdapterAgain()
    {
        MemoryPlan plan = MemoryPlan.Of(Run with { WithCritic = true, WithReference = true });
        Assert.Equal([("adapter", 4096), ("gradients", 4096), ("optimizer state", 8192)], plan.Held.Where(i => i.Role == "critic").Select(i => (i.Part, i.Bytes)));
        Assert.DoesNotContain(plan.Held, i => i.Role == "reference");
    }

    // However few bits the policy has, a reward model is held in the type that is computed in. It scores 8,192 tokens at once, though a step has 400 rows of 43.
    [Fact]
    public void Score_ARewardModel_IsHeldWideAndReadsInPieces()
    {
        MemoryPlan plan = MemoryPlan.Of(Run with { Prompts = 200, Precision = new ModelPrecision(null, Quantization: QuantizationType.Nf4), Rewards = [Config] });
        Assert.Equal(4 * 5776, plan.Held.Single(i => i.Role == "reward model 1").Bytes);
        Assert.Equal(4 * 8192 * (48 + 96), plan.Phases.Single(p => p.Name == "score").Bytes);
    }

    [Fact]
    public void Update_InMorePiecesThanRows_IsOfOneRowEach() => Assert.Equal(Of(Run with { Pieces = 4 }, "activations of layers"), Of(Run with { Pieces = 100 }, "activations of layers"));

    // A trained head of 64 tokens takes so many rows of logits at once; 4 rows of as many tokens need a fifth pass, 4 being all that rows allow.
    [Fact]
    public void Update_OfATrainedHead_TakesNoMoreTokensAtOnceThanItShould()
    {
        int most = (int)TokenLogProbs.TokensAtOnce(64);
        PlannedRun full = Run with { Adapter = null, PromptTokens = 1, CompletionTokens = most };
        Assert.Equal(4 * (2 * most * 64 + 3 * 64 * 16), Of(full, "head"));
        Assert.Equal(Of(full with { Pieces = 4 }, "activations of layers"), Of(full, "activations of layers"));
    }

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

    [Fact]
    public void ThatFit_WhatNeedsExactlyWhatThereIs_Fits()
    {
        long recomputed = MemoryPlan.Of(Run with { Activations = new ActivationOptions(ActivationMode.Recompute) }).Peak;
        Assert.Contains(new PlanChange("training.activations=recompute", recomputed), PlanChange.ThatFit(Run, recomputed));
        Assert.DoesNotContain(PlanChange.ThatFit(Run, recomputed - 1), change => change.Settings == "training.activations=recompute");
    }

    [Fact]
    public void ThatFit_AnotherTypeForAQuantisedRun_IsInPlaceOfItsFewBits()
    {
        PlannedRun packed = Run with { Precision = new ModelPrecision(null, Quantization: QuantizationType.Nf4, Frozen: true) }, held = Run with { Precision = new ModelPrecision(torch.ScalarType.BFloat16, Frozen: true) };
        Assert.Contains(new PlanChange("dtype=bfloat16", MemoryPlan.Of(held).Peak), PlanChange.ThatFit(packed, long.MaxValue));
        Assert.Contains(new PlanChange("quantization=nf4", MemoryPlan.Of(packed).Peak), PlanChange.ThatFit(held, long.MaxValue));
    }

    // At 1 operation a second a pass over a step's tokens is P = 172·trunk + 40·head. Over a frozen base there and back is 2 of them, recomputing is one more,
    // a critic does the same again, and so does each further epoch; a reward model runs its trunk over every token.
    [Fact]
    public void StepEstimate_OfAnUpdate_CountsEveryPass()
    {
        const double Trunk = 2 * 4608 + 4 * 2 * 16 * (43 / 2.0), Head = 2 * 16 * 64, Pass = 172 * Trunk + 40 * Head;
        static StepEstimate Slow(PlannedRun run) => StepEstimate.Of(run, new MachineSpeed(1, 1e9));
        Assert.Equal(3 * Pass, Slow(Run with { Activations = new ActivationOptions(ActivationMode.Recompute) }).Update, 1);
        Assert.Equal(4 * Pass, Slow(Run with { WithCritic = true }).Update, 1);
        Assert.Equal(6 * Pass, Slow(Run with { Epochs = 3 }).Update, 1);
        Assert.Equal(3 * Pass, Slow(Run with { Adapter = null }).Update, 1);
        Assert.Equal((0, 172 * Trunk), (Slow(Run).Score, Slow(Run with { Rewards = [Config] }).Score));
        Assert.Equal(2 * Pass + 172 * Trunk, Slow(Run with { Rewards = [Config] }).Total - Slow(Run).Rollout, 1);
    }

    // At 1 weight a second, weights that are widened are gone through there and back in each of 2 pieces of 3 epochs, and once more where layers are recomputed.
    [Fact]
    public void StepEstimate_OverWidenedWeights_GoesThroughThemInEveryPiece()
    {
        PlannedRun held = Run with { Precision = new ModelPrecision(torch.ScalarType.BFloat16), Pieces = 2, Epochs = 3 };
        static double Update(PlannedRun run) => StepEstimate.Of(run, new MachineSpeed(1e12, 1)).Update;
        Assert.Equal(6 * 2 * (4608 + 1024), Update(held), 1);
        Assert.Equal(6 * 3 * (4608 + 1024), Update(held with { Activations = new ActivationOptions(ActivationMode.Recompute) }), 1);
        Assert.Equal(4608 + 1024, Update(Run with { WithReference = true, Precision = new ModelPrecision(torch.ScalarType.Float32) }), 1);
    }

    // The policy sees 128 places, of which completions take 28: prompts of 100 tokens, whatever longer ones are allowed. Offloaded state is elsewhere on a device only.
    [Fact]
    public void OnlinePlan_OfARecipe_TakesItsNumbers()
    {
        using var folder = new RecipeFolder();
        string reward = Path.Combine(folder.Root, "reward"), adapter = Path.Combine(folder.Root, "saved");
        FreshFolder.Write(reward, Config, seed: 1);
        using (DecoderModel model = TinyModels.Qwen2(64))
        using (LoraAdapter saved = LoraAdapter.Create(model, Rank2, seed: 1))
            saved.Save(adapter);
        string[] sets = [.. folder.GrpoSets, $"rewards.0.path={reward}", "data.max_prompt_length=500", "ppo.max_completion_length=28", "ppo.num_ppo_epochs=3", "optimizer.offload=true", "device=cpu"];
        PlannedRun Planned(params string[] more) => OnlinePlan.Of(RecipeReader.Read<PpoRecipe>(null, [.. sets, .. more]), Config, ModelPrecision.Trained);
        PlannedRun ppo = Planned();
        Assert.Equal((100, 28, 3, true), (ppo.PromptTokens, ppo.CompletionTokens, ppo.Epochs, ppo.WithCritic));
        Assert.Equal((null, false, true), (ppo.Adapter, ppo.StateElsewhere, ppo.RuntimeBytes > 0));
        Assert.Equal(64, Assert.Single(ppo.Rewards).VocabSize);
        Assert.Equal(40, Planned("data.max_prompt_length=40").PromptTokens);
        Assert.Equal(2, Planned($"adapter_path={adapter}").Adapter!.R);
        PlannedRun away = Planned("device=cuda");
        Assert.Equal((true, 0), (away.StateElsewhere, away.RuntimeBytes));
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
