using System.Text.Json.Nodes;
using Plumbline.Models.Adapters;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Heads;
using Plumbline.Models.Tests.Checkpoints;
using Plumbline.TestKit;
using TorchSharp;

namespace Plumbline.Models.Tests.Families;

/// <summary>Folders, adapters and classifiers of every family.</summary>
public sealed class FamilyFolderTests
{
    public static TheoryData<string> Families() => TinyFamilies.Names();

    [Theory, MemberData(nameof(Families))]
    public void FreshFolder_HasExactlyTheWeightsThatTheModelLoads_AndReadsBackAsItsConfiguration(string family)
    {
        using var folder = new TemporaryFolder();
        ModelConfig config = TinyFamilies.Config(family);
        (long parameters, _) = FreshFolder.Write(folder.Path, config, seed: 1);
        using CheckpointFolder read = CheckpointFolder.Open(folder.Path);
        using DecoderModel model = DecoderModel.Load(read);
        Assert.Equal(model.NamedParameters().Select(p => p.Key).Order(StringComparer.Ordinal), read.Names.Order(StringComparer.Ordinal));
        Assert.Equal(model.NamedParameters().Sum(p => p.Value.NumberOfElements), parameters);
        AssertSame(config, read.Config);
        // An untrained norm scales by one, whether its weight is one or is added to one.
        float norm = model.NamedParameters().First(p => p.Key.EndsWith("norm.weight", StringComparison.Ordinal) || p.Key.EndsWith("ln_f.weight", StringComparison.Ordinal)).Value[0].ToSingle();
        Assert.Equal(config.Variant.Norm == NormKind.UnitOffsetRms ? 0f : 1f, norm);
    }

    [Theory, MemberData(nameof(Families))]
    public void SavedFolder_ReadAgain_HasTheSameWeightsAndShape(string family)
    {
        using var folder = new TemporaryFolder();
        using DecoderModel model = TinyFamilies.Create(family);
        CheckpointFolder.WriteModel(folder.Path, model.Config, model.NamedParameters());
        using CheckpointFolder read = CheckpointFolder.Open(folder.Path);
        AssertSame(model.Config, read.Config);
        using DecoderModel again = DecoderModel.Load(read);
        foreach ((KeyValuePair<string, Tensor> saved, KeyValuePair<string, Tensor> loaded) in model.NamedParameters().Zip(again.NamedParameters()))
        {
            Assert.Equal(saved.Key, loaded.Key);
            Assert.Equal(0.0, (saved.Value - loaded.Value).abs().max().ToDouble());
        }
    }

    [Theory, MemberData(nameof(Families))]
    public void Adapter_SavedAndReadAgain_ChangesTheLogitsAsItDid_AndAsItDoesMerged(string family)
    {
        using var folder = new TemporaryFolder();
        using DecoderModel model = TinyFamilies.Create(family);
        using LoraAdapter adapter = LoraAdapter.Create(model, new AdapterConfig { R = 2, LoraAlpha = 4 }, seed: 1);
        TinyFamilies.Disturb(adapter.NamedParameters());
        adapter.Save(folder.Path);
        using LoraAdapter again = LoraAdapter.Load(model, folder.Path);
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        Tensor Logits() => model.Logits(model.Hidden(torch.arange(10).view(1, 10)));
        Tensor bare = Logits();
        model.Activate(adapter);
        Tensor adapted = Logits();
        model.Activate(again);
        Assert.Equal(0.0, (adapted - Logits()).abs().max().ToDouble());
        model.Activate(null);
        again.MergeInto(model);
        Assert.InRange((adapted - Logits()).abs().max().ToDouble(), 0, 1e-4);
        Assert.True((adapted - bare).abs().max().ToDouble() > 0.1);
    }

    [Theory, MemberData(nameof(Families))]
    public void Classifier_OfALanguageModel_IsSavedAsTheFamilysClass(string family)
    {
        using var folder = new TemporaryFolder();
        using SequenceClassifier made = SequenceClassifier.Create(TinyFamilies.Config(family), ["a", "b"], "last", seed: 1);
        CheckpointFolder.WriteModel(folder.Path, made.Decoder.Config, made.NamedParameters());
        using CheckpointFolder read = CheckpointFolder.Open(folder.Path);
        Assert.True(read.Config.IsSequenceClassification);
        using SequenceClassifier again = SequenceClassifier.Load(read);
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        Tensor ids = torch.arange(10).view(1, 10), present = torch.ones(1, 10, dtype: torch.ScalarType.Bool);
        Assert.Equal(0.0, (made.Forward(ids, present) - again.Forward(ids, present)).abs().max().ToDouble());
    }

    // The published GPT-2s name their weights without "transformer.", and hold the causal mask as a tensor.
    [Fact]
    public void Gpt2_WithoutTheTrunksPrefix_IsRead()
    {
        using TemporaryFolder folder = new();
        using DecoderModel model = TinyFamilies.Create("gpt2");
        CheckpointFolder.WriteModel(folder.Path, model.Config, model.NamedParameters());
        var named = new StoredWeights(folder.File("model.safetensors")).Names.ToArray();
        using (SafetensorsFile file = SafetensorsFile.Open(folder.File("model.safetensors")))
        {
            Tensor[] tensors = [.. named.Select(name => file.Read(name))];
            file.Dispose();
            SafetensorsWriter.Write(folder.File("model.safetensors"), named.Select((name, i) => KeyValuePair.Create(name["transformer.".Length..], tensors[i])).Append(new("h.0.attn.bias", torch.ones(1, 1, 4, 4).tril())));
        }
        using CheckpointFolder read = CheckpointFolder.Open(folder.Path);
        using DecoderModel again = DecoderModel.Load(read);
        Assert.All(model.NamedParameters().Zip(again.NamedParameters()), pair => Assert.Equal(0.0, (pair.First.Value - pair.Second.Value).abs().max().ToDouble()));
    }

    // As google/gemma-2-2b spells it, layer types left out: the first layer slides, the second does not.
    [Fact]
    public void Gemma2_InThePublishedSpelling_HasItsMechanisms()
    {
        ModelConfig config = Read("""
            {"architectures": ["Gemma2ForCausalLM"], "model_type": "gemma2", "vocab_size": 256000, "hidden_size": 2304, "intermediate_size": 9216, "num_hidden_layers": 4,
             "num_attention_heads": 8, "num_key_value_heads": 4, "head_dim": 256, "hidden_act": "gelu_pytorch_tanh", "hidden_activation": "gelu_pytorch_tanh",
             "attn_logit_softcapping": 50.0, "final_logit_softcapping": null, "query_pre_attn_scalar": 224, "sliding_window": 4096, "rope_theta": 10000.0, "rms_norm_eps": 1e-06}
            """);
        Assert.Equal((true, 2, 1, 0), (config.TieWordEmbeddings, config.BosTokenId, Assert.Single(config.EosTokenIds), config.PadTokenId));
        Assert.Equal([true, false, true, false], config.SlidingLayers);
        Assert.Equal(
            new DecoderVariant
            {
                Norm = NormKind.UnitOffsetRms,
                NormPlacement = NormPlacement.Around,
                HiddenAct = "gelu_pytorch_tanh",
                ScaledEmbedding = true,
                QueryPreAttnScalar = 224,
                AttnLogitSoftcapping = 50,
                FinalLogitSoftcapping = null,
            },
            config.Variant);
    }

    [Fact]
    public void Gpt2_InThePublishedSpelling_HasItsMechanisms()
    {
        ModelConfig config = Read("""
            {"architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", "vocab_size": 50257, "n_embd": 768, "n_layer": 12, "n_head": 12, "n_positions": 1024, "n_ctx": 1024,
             "layer_norm_epsilon": 1e-05, "activation_function": "gelu_new", "bos_token_id": 50256, "eos_token_id": 50256, "attn_pdrop": 0.1}
            """);
        Assert.Equal((768, 3072, 12, 12, 12, 64, 1024, 1e-5, true), (config.HiddenSize, config.IntermediateSize, config.NumHiddenLayers, config.NumAttentionHeads, config.NumKeyValueHeads, config.HeadDim, config.MaxPositionEmbeddings, config.RmsNormEps, config.TieWordEmbeddings));
        Assert.Equal((true, true, true, RopeConfig.None), (config.QkvBias, config.OutputBias, config.MlpBias, config.Rope.RopeType));
    }

    // As microsoft/Phi-3-mini-128k-instruct spells it: the original context beside the rope, the type under its first name.
    [Fact]
    public void Phi3_InThePublishedSpelling_EndsWithItsOriginalContext_UnlessMadeForLongOnes()
    {
        const string Published = """
            {"architectures": ["Phi3ForCausalLM"], "model_type": "phi3", "vocab_size": 32064, "hidden_size": 16, "intermediate_size": 8192, "num_hidden_layers": 2,
             "num_attention_heads": 4, "num_key_value_heads": 4, "max_position_embeddings": 131072, "original_max_position_embeddings": 4096, "rms_norm_eps": 1e-05,
             "rope_scaling": {"type": "su", "short_factor": [1.0, 1.5], "long_factor": [1.25, 60]}, "rope_theta": 10000.0, "sliding_window": 262144
            """;
        ModelConfig config = Read(Published + "}"), longer = Read(Published + ", \"plumbline_long_context\": true}");
        Assert.Equal((RopeConfig.LongRope, 4096, 32.0, false), (config.Rope.RopeType, config.Rope.OriginalMaxPositionEmbeddings, config.Rope.Factor, config.Rope.LongContext));
        Assert.Equal([1.0, 1.5], config.Rope.ShortFactor);
        Assert.Equal([1.25, 60], config.Rope.LongFactor);
        Assert.Equal((4096, 131072), (ContextLength.Of(config), ContextLength.Of(longer)));
        string message = Assert.Throws<ContextLengthException>(() => ContextLength.Require(config, "The prompt", 4000, 200)).Message;
        Assert.Contains("ends at 4096 (original_max_position_embeddings of its longrope)", message);
        Assert.Contains("\"plumbline_long_context\": true", message);
        ModelConfig written = ModelConfigFile.Read("config.json", ModelConfigFile.ToJson(longer), null);
        Assert.Equal((true, 4096, 32.0), (written.Rope.LongContext, written.Rope.OriginalMaxPositionEmbeddings, written.Rope.Factor));
        Assert.Equal(longer.Rope.LongFactor, written.Rope.LongFactor);
    }

    // Every second layer has experts, the fourth though is told to have none.
    [Fact]
    public void LayersWithoutExperts_HaveOneFeedForward()
    {
        ModelConfig config = TinyFamilies.Config("qwen3_moe") with { NumHiddenLayers = 4 };
        config = config with { Variant = config.Variant with { Mixture = config.Variant.Mixture! with { DecoderSparseStep = 2, MlpOnlyLayers = [3] } } };
        using DecoderModel model = DecoderModel.Create(ModelConfigFile.Read("config.json", ModelConfigFile.ToJson(config), null), 1);
        bool[] sparse = [.. Enumerable.Range(0, 4).Select(layer => model.NamedParameters().Any(p => p.Key == $"model.layers.{layer}.mlp.gate.weight"))];
        Assert.Equal([false, true, false, false], sparse);
        Assert.Contains(model.NamedParameters(), p => p.Key == "model.layers.3.mlp.gate_proj.weight");
    }

    [Theory]
    [InlineData("qwen3_moe", "\"num_experts_per_tok\": 9", "num_experts_per_tok is 9, but there are 3 experts")]
    [InlineData("phi3", "\"rope_parameters\": {\"rope_type\": \"longrope\", \"short_factor\": [1, 1, 1], \"long_factor\": [1]}", "long_factor of the rope has 1 numbers, but heads of 6 turn in 3 pairs")]
    [InlineData("phi3", "\"rope_parameters\": {\"rope_type\": \"longrope\", \"long_factor\": [1, 1, 1]}", "short_factor is missing; a list of numbers above 0 is wanted")]
    [InlineData("gpt2", "\"scale_attn_by_inverse_layer_idx\": true", "scale_attn_by_inverse_layer_idx is true, which is not supported")]
    [InlineData("gpt2", "\"scale_attn_weights\": false", "scale_attn_weights is false, which is not supported")]
    [InlineData("gpt2", "\"n_embd\": 30", "n_embd is 30, but without a head_dim it must be an even multiple of n_head, which is 4")]
    [InlineData("gpt2", "\"activation_function\": \"relu\"", "activation_function is \"relu\", but only silu")]
    [InlineData("gemma2", "\"use_bidirectional_attention\": true", "use_bidirectional_attention is true, but only causal attention is supported")]
    [InlineData("gemma2", "\"layer_types\": [\"full_attention\"]", "layer_types names 1 layers, but num_hidden_layers is 2")]
    public void Read_WhatIsNotSupported_IsNamed(string family, string key, string expected)
    {
        JsonObject json = ModelConfigFile.ToJson(TinyFamilies.Config(family));
        foreach ((string name, JsonNode? value) in (JsonObject)JsonNode.Parse($"{{{key}}}")!)
            json[name] = value?.DeepClone();
        Assert.Contains(expected, Assert.Throws<CheckpointException>(() => ModelConfigFile.Read("config.json", json, null)).Message);
    }

    [Fact]
    public void Gpt2_OfGroupedKeys_CannotBe() =>
        Assert.Contains("Leave out kv_heads and head_dim", Assert.Throws<CheckpointException>(() => ModelShape.Parse("width=16,layers=1,heads=4,kv_heads=2").ToConfig("gpt2")).Message);

    private static ModelConfig Read(string config) => ModelConfigFile.Read("config.json", (JsonObject)JsonNode.Parse(config)!, null);

    private static void AssertSame(ModelConfig expected, ModelConfig actual)
    {
        Assert.Equal(expected.EosTokenIds, actual.EosTokenIds);
        bool[] Slides(ModelConfig config) => [.. Enumerable.Range(0, config.NumHiddenLayers).Select(i => i < config.SlidingLayers.Count && config.SlidingLayers[i])];
        Assert.Equal(Slides(expected), Slides(actual));
        Assert.Equal(expected with { EosTokenIds = [], SlidingLayers = [] }, actual with { EosTokenIds = [], SlidingLayers = [] });
    }
}
