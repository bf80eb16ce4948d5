using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Models.Checkpoints;

namespace Plumbline.Models.Tests.Checkpoints;

public sealed class ModelConfigFileTests
{
    private const string Shape = """
        "vocab_size": 100, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 4, "num_attention_heads": 4, "num_key_value_heads": 2
        """;

    private static ModelConfig Read(string modelType, string keys = "", string? generation = null) =>
        ReadText($$"""{"model_type": "{{modelType}}", {{Shape}}{{(keys == "" ? "" : ", " + keys)}}}""", generation);

    private static ModelConfig ReadText(string config, string? generation = null) =>
        ModelConfigFile.Read("config.json", (JsonObject)JsonNode.Parse(config)!, generation is null ? null : (JsonObject)JsonNode.Parse(generation)!);

    private static string Fault(string modelType, string keys) => Assert.Throws<CheckpointException>(() => Read(modelType, keys)).Message;

    private static ModelConfig RoundTrip(ModelConfig config) => ModelConfigFile.Read("config.json", (JsonObject)JsonNode.Parse(ModelConfigFile.ToJson(config).ToJsonString())!, null);

    [Theory]
    [InlineData("qwen2", "Qwen2ForCausalLM", true, false, false)]
    [InlineData("qwen3", "Qwen3ForCausalLM", false, false, true)]
    [InlineData("llama", "LlamaForCausalLM", false, false, false)]
    [InlineData("mistral", "MistralForCausalLM", false, false, false)]
    public void Read_ModelTypeAlone_IsALanguageModelWithTheFamilysParts(string modelType, string architecture, bool qkvBias, bool outputBias, bool qkNorm)
    {
        ModelConfig config = Read(modelType);
        Assert.Equal(architecture, config.Architecture);
        Assert.Equal((qkvBias, outputBias, qkNorm), (config.QkvBias, config.OutputBias, config.QkNorm));
        // Qwen3 alone has a head size of its own where config.json names none.
        Assert.Equal(modelType == "qwen3" ? 128 : 8, config.HeadDim);
        Assert.False(config.IsSequenceClassification);
    }

    [Theory, InlineData("llama"), InlineData("qwen3")]
    public void Read_AttentionBias_IsOnAllFourProjections(string modelType)
    {
        ModelConfig config = Read(modelType, "\"attention_bias\": true");
        Assert.True(config.QkvBias && config.OutputBias && !config.MlpBias);
    }

    [Fact]
    public void Read_KeyValueHeadsNull_AreAsManyAsQueryHeads() =>
        Assert.Equal(4, ReadText($$"""{"model_type": "mistral", {{Shape.Replace("\"num_key_value_heads\": 2", "\"num_key_value_heads\": null", StringComparison.Ordinal)}}}""").NumKeyValueHeads);

    // Mistral slides in every layer; its absent key means 4096, its null means no window.
    [Theory, InlineData("\"sliding_window\": 8", 8), InlineData("", 4096), InlineData("\"sliding_window\": null", null)]
    public void Read_MistralWindow_SlidesInEveryLayer(string keys, int? window)
    {
        ModelConfig config = Read("mistral", keys);
        Assert.Equal(window, config.SlidingWindow);
        Assert.Equal(window is null ? [] : [true, true, true, true], config.SlidingLayers);
    }

    [Theory]
    [InlineData("\"sliding_window\": 8, \"max_window_layers\": 1", null, "")]
    [InlineData("\"use_sliding_window\": true, \"sliding_window\": 8, \"max_window_layers\": 3", 8, "0001")]
    [InlineData("\"use_sliding_window\": true, \"sliding_window\": 8, \"max_window_layers\": 4", null, "")]
    [InlineData("\"use_sliding_window\": true, \"sliding_window\": null, \"max_window_layers\": 0", null, "")]
    [InlineData("\"use_sliding_window\": true, \"sliding_window\": 8, \"max_window_layers\": 0, \"layer_types\": [\"full_attention\", \"sliding_attention\", \"full_attention\", \"sliding_attention\"]", 8, "0101")]
    [InlineData("\"use_sliding_window\": false, \"sliding_window\": 8, \"layer_types\": [\"sliding_attention\", \"sliding_attention\", \"sliding_attention\", \"sliding_attention\"]", null, "")]
    public void Read_QwenWindow_SlidesWhereLayerTypesOrMaxWindowLayersSay(string keys, int? window, string layers)
    {
        foreach (string family in new[] { "qwen2", "qwen3" })
        {
            ModelConfig config = Read(family, keys);
            Assert.Equal(window, config.SlidingWindow);
            Assert.Equal(layers, string.Concat(config.SlidingLayers.Select(slides => slides ? '1' : '0')));
            Assert.Equal(JsonSerializer.Serialize(config), JsonSerializer.Serialize(RoundTrip(config)));
        }
    }

    [Theory]
    [InlineData("\"rope_theta\": 5e5", "\"rope_parameters\": {\"rope_type\": \"default\", \"rope_theta\": 500000.0}")]
    [InlineData("\"rope_scaling\": {\"type\": \"linear\", \"factor\": 2}", "\"rope_parameters\": {\"rope_type\": \"linear\", \"rope_theta\": 10000.0, \"factor\": 2.0}")]
    [InlineData("\"rope_scaling\": {\"type\": \"yarn\", \"factor\": 4.0, \"original_max_position_embeddings\": 512}, \"rope_theta\": 7",
        "\"rope_parameters\": {\"rope_type\": \"yarn\", \"rope_theta\": 7.0, \"factor\": 4.0, \"original_max_position_embeddings\": 512, \"beta_fast\": 32}")]
    [InlineData("\"rope_theta\": 7, \"rope_scaling\": {\"rope_type\": \"llama3\", \"factor\": 8, \"low_freq_factor\": 1, \"high_freq_factor\": 4, \"original_max_position_embeddings\": 64}",
        "\"rope_theta\": 7, \"rope_parameters\": {\"rope_type\": \"llama3\", \"factor\": 8.0, \"low_freq_factor\": 1, \"high_freq_factor\": 4, \"original_max_position_embeddings\": 64}")]
    public void Read_RopeInBothSpellings_IsTheSame(string old, string now)
    {
        ModelConfig config = Read("llama", now);
        Assert.Equal(Read("llama", old).Rope, config.Rope);
        Assert.Equal(config.Rope, RoundTrip(config).Rope);
    }

    [Fact]
    public void Read_YarnInFull_KeepsEveryNumber()
    {
        ModelConfig config = Read("llama", """
            "max_position_embeddings": 4096, "rope_parameters": {"rope_type": "yarn", "rope_theta": 7.5, "original_max_position_embeddings": 512, "beta_fast": 16, "beta_slow": 2,
            "attention_factor": 1.5, "mscale": 0.7, "mscale_all_dim": 0.9, "truncate": false}
            """);
        Assert.Equal(
            new RopeConfig
            {
                RopeType = "yarn",
                Theta = 7.5,
                Factor = 8.0,
                OriginalMaxPositionEmbeddings = 512,
                BetaFast = 16,
                BetaSlow = 2,
                AttentionFactor = 1.5,
                Mscale = 0.7,
                MscaleAllDim = 0.9,
                Truncate = false,
            },
            config.Rope);
        Assert.Equal(config.Rope, RoundTrip(config).Rope);
    }

    [Theory]
    [InlineData("\"rope_scaling\": {\"type\": \"dynamic\"}", "rope type is \"dynamic\", but only default, linear, llama3, yarn and longrope are supported")]
    [InlineData("\"rope_scaling\": {\"type\": \"linear\"}", "rope_scaling.factor is missing")]
    [InlineData("\"rope_parameters\": {\"rope_type\": \"llama3\", \"factor\": 8, \"low_freq_factor\": 4, \"high_freq_factor\": 4, \"original_max_position_embeddings\": 64}", "must be above low_freq_factor")]
    [InlineData("\"rope_parameters\": {\"full_attention\": {\"rope_type\": \"default\"}}", "differ between kinds of layers")]
    [InlineData("\"hidden_act\": \"relu\"", "hidden_act is \"relu\", but only silu, swish, gelu, gelu_pytorch_tanh, gelu_new are supported")]
    [InlineData("\"partial_rotary_factor\": 0.5", "partial_rotary_factor is 0.5")]
    [InlineData("\"quantization_config\": {\"quant_method\": \"gptq\"}", "\"gptq\", but of quantised weights only those of bitsandbytes (int8, nf4) are supported")]
    [InlineData("\"dtype\": \"float8\"", "dtype is \"float8\", but only float32, float16 and bfloat16")]
    [InlineData("\"head_dim\": 7", "head_dim is 7, but rotary embeddings need an even one")]
    [InlineData("\"eos_token_id\": \"</s>\"", "eos_token_id is \"</s>\"; a token id or a list of them is wanted")]
    [InlineData("\"architectures\": [\"GemmaForCausalLM\"]", "architecture \"GemmaForCausalLM\" is not supported. Supported are Qwen2ForCausalLM, Qwen2ForSequenceClassification, Qwen3ForCausalLM")]
    [InlineData("\"architectures\": [\"MistralForCausalLM\"]", "belongs to \"mistral\"")]
    public void Read_WhatIsNotSupported_IsNamed(string keys, string expected) => Assert.Contains(expected, Fault("llama", keys));

    [Theory]
    [InlineData("\"layer_types\": [\"full_attention\"]", "layer_types names 1 layers, but num_hidden_layers is 4")]
    [InlineData("\"layer_types\": [\"linear_attention\", \"full_attention\", \"full_attention\", \"full_attention\"]", "layer_types names \"linear_attention\"")]
    public void Read_LayerTypesThatDoNotFit_AreNamed(string keys, string expected) => Assert.Contains(expected, Fault("qwen3", keys));

    [Fact]
    public void Read_UnknownModelType_NamesTheSupportedOnes()
    {
        Assert.Contains("model_type \"gemma\" is not supported. Supported are Qwen2ForCausalLM", Fault("gemma", ""));
        Assert.Contains("neither architectures nor model_type", Assert.Throws<CheckpointException>(() => ReadText("{}")).Message);
    }

    [Fact]
    public void Read_ManyFaults_AreAllToldAtOnceAndNoneTwice()
    {
        string message = Assert.Throws<CheckpointException>(() => ReadText(
            """{"model_type": "llama", "vocab_size": -5, "hidden_size": "32", "num_hidden_layers": 2.5, "num_attention_heads": 4, "num_key_value_heads": 2, "tie_word_embeddings": 1}""")).Message;
        Assert.Equal(
            """
            config.json has 5 faults:
              - hidden_size is "32"; a whole number from 1 up is wanted
              - vocab_size is -5; a whole number from 1 up is wanted
              - intermediate_size is missing; a whole number from 1 up is wanted
              - num_hidden_layers is 2.5; a whole number from 1 to 4096 is wanted
              - tie_word_embeddings is 1; true or false is wanted
            """, message);
    }

    [Fact]
    public void Read_HeadsThatDoNotDivide_AreNamed()
    {
        string message = Assert.Throws<CheckpointException>(() => ReadText(
            """{"model_type": "llama", "vocab_size": 5, "hidden_size": 32, "intermediate_size": 8, "num_hidden_layers": 2, "num_attention_heads": 5, "num_key_value_heads": 2}""")).Message;
        Assert.Contains("num_attention_heads is 5, but must be a multiple of num_key_value_heads, which is 2", message);
        Assert.Contains("hidden_size is 32, but without a head_dim it must be an even multiple of num_attention_heads, which is 5", message);
    }

    [Theory]
    [InlineData("\"eos_token_id\": 5", null, "5")]
    [InlineData("\"eos_token_id\": [5, 6]", null, "5,6")]
    [InlineData("\"eos_token_id\": 5", "{\"eos_token_id\": [6, 5]}", "5,6")]
    [InlineData("", "{\"eos_token_id\": 9}", "9")]
    [InlineData("", null, "2")]
    [InlineData("\"eos_token_id\": null", null, "")]
    public void Read_EndTokens_AreThoseOfBothFiles(string keys, string? generation, string expected) =>
        Assert.Equal(expected, string.Join(',', Read("llama", keys, generation).EosTokenIds));

    [Fact]
    public void Read_PadToken_IsTakenFromEitherFileAndMinusOneIsNone()
    {
        Assert.Null(Read("llama", "\"pad_token_id\": -1").PadTokenId);
        Assert.Equal(7, Read("llama", "\"pad_token_id\": -1", "{\"pad_token_id\": 7}").PadTokenId);
        Assert.Equal(3, Read("llama", "\"pad_token_id\": 3", "{\"pad_token_id\": 7}").PadTokenId);
    }

    private const string Classifier = "\"architectures\": [\"Qwen2ForSequenceClassification\"], ";

    [Fact]
    public void Read_Labels_AreInTheOrderOfTheirIds()
    {
        ModelConfig config = Read("qwen2", Classifier + "\"id2label\": {\"10\": \"k\", \"2\": \"c\", \"0\": \"a\", \"1\": \"b\", \"3\": \"d\", \"4\": \"e\", \"5\": \"f\", \"6\": \"g\", \"7\": \"h\", \"8\": \"i\", \"9\": \"j\"}, \"plumbline_pooling\": \"mean\"");
        Assert.Equal("abcdefghijk", string.Concat(config.Labels));
        Assert.Equal("mean", config.Pooling);
        Assert.Equal(JsonSerializer.Serialize(config), JsonSerializer.Serialize(RoundTrip(config)));
    }

    [Fact]
    public void Read_NoLabels_AreTransformersTwoOrAsManyAsNumLabels()
    {
        Assert.Equal(["LABEL_0", "LABEL_1"], Read("qwen2", Classifier + "\"pad_token_id\": 0").Labels);
        Assert.Equal(["LABEL_0"], Read("qwen2", Classifier + "\"num_labels\": 1").Labels);
        Assert.Empty(Read("qwen2", "\"id2label\": {\"0\": \"a\"}").Labels);
    }

    [Theory]
    [InlineData("\"id2label\": {\"0\": \"a\", \"2\": \"b\"}", "without a gap")]
    [InlineData("\"id2label\": {\"0\": \"a\", \"1\": \"a\"}", "a name of its own")]
    [InlineData("\"id2label\": {\"0\": \"a\"}, \"num_labels\": 2", "num_labels is 2, but id2label names 1")]
    [InlineData("\"id2label\": {\"0\": \"a\"}, \"plumbline_pooling\": \"max\"", "plumbline_pooling is \"max\", but only last and mean")]
    public void Read_LabelsThatMakeNoSense_AreNamed(string keys, string expected) => Assert.Contains(expected, Fault("qwen2", Classifier + keys));

    [Fact]
    public void ToJson_OverAnOlderFile_KeepsUnknownKeysAndDropsTheOldSpelling()
    {
        var raw = (JsonObject)JsonNode.Parse($$"""{"model_type": "llama", {{Shape}}, "rope_theta": 7, "torch_dtype": "bfloat16", "my_key": [1], "id2label": {"0": "x"} }""")!;
        JsonObject json = ModelConfigFile.ToJson(ModelConfigFile.Read("config.json", raw, null), raw);
        Assert.Equal("[1]", json["my_key"]!.ToJsonString());
        Assert.Equal("bfloat16", json["dtype"]!.GetValue<string>());
        Assert.Equal("7.0", json["rope_parameters"]!["rope_theta"]!.ToJsonString());
        Assert.DoesNotContain(json, pair => pair.Key is "rope_theta" or "rope_scaling" or "torch_dtype" or "id2label");
        Assert.True(raw.ContainsKey("rope_theta"));
    }
}
