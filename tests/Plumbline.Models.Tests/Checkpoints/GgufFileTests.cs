using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;
using Plumbline.Models.Tests.Tokens;
using Plumbline.Models.Tokens;
using Plumbline.TestKit;
using TorchSharp;

namespace Plumbline.Models.Tests.Checkpoints;

public sealed class GgufFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = torch.NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    private static Tokenizer Words() => BpeTrainer.Train(["the cat sat on the mat"], 270, ["<|endoftext|>", "<|im_end|>"]).ToTokenizer();

    private static ModelConfig Config(string family, int vocabulary, bool tied = true) => TinyModels.Config(vocabulary) with
    {
        ModelType = family,
        HiddenSize = 64,
        IntermediateSize = 96,
        HeadDim = 16,
        TieWordEmbeddings = tied,
        QkvBias = family == "qwen2",
        QkNorm = family == "qwen3",
    };

    private GgufContents Write(ModelConfig config, DecoderModel model, Tokenizer tokenizer, GgufType type = GgufType.F32)
    {
        Dictionary<string, Tensor> weights = model.NamedParameters().ToDictionary();
        GgufFile.Write(_folder.File("model.gguf"), config, name => weights[name].alias(), tokenizer, type, "small");
        Assert.Equal(["model.gguf"], _folder.Files);
        return GgufContents.Read(_folder.File("model.gguf"));
    }

    // Two heads of four rows: (half, pair) in the checkpoint, so rows 0 1 | 2 3 are pairs (0, 2) and (1, 3), which shall lie side by side.
    [Fact]
    public void Interleave_HalvesOfEachHead_BecomeNeighbours()
    {
        Tensor rows = torch.arange(16f).view(8, 2);
        Assert.Equal([0f, 4, 2, 6, 8, 12, 10, 14], GgufTensor.Interleave(rows, heads: 2).select(1, 0).data<float>().ToArray());
        Assert.Equal([1f, 5, 3, 7, 9, 13, 11, 15], GgufTensor.Interleave(rows, heads: 2).select(1, 1).data<float>().ToArray());
        Assert.Equal([0f, 2, 1, 3], GgufTensor.Interleave(torch.arange(4f), heads: 1).data<float>().ToArray());
    }

    // max = 63.5, so the scale is 0.5 = 0x3800 in float16. 1.25 / 0.5 = 2.5 rounds to 3, away from zero; -1.25 to -3; 0.2 / 0.5 = 0.4 to 0.
    [Fact]
    public void Quantize_ABlock_IsScaledByItsLargestAndRoundedAwayFromZero()
    {
        float[] values = new float[64];
        (values[0], values[1], values[2], values[3], values[31]) = (63.5f, 1.25f, -1.25f, 0.2f, -63.5f);
        byte[] blocks = GgufBlocks.Quantize(values);
        Assert.Equal(68, blocks.Length);
        Assert.Equal([0x00, 0x38, 127, 3, 253, 0], blocks[..6]);
        Assert.Equal(129, blocks[33]);
        Assert.All(blocks[34..], b => Assert.Equal(0, b)); // a block of zeros has scale 0, and nothing is divided by it
    }

    [Theory]
    [InlineData("llama", true), InlineData("llama", false), InlineData("mistral", true), InlineData("qwen2", true), InlineData("qwen3", false)]
    public void Write_AnyFamily_EveryWeightReadsBackUnderItsName(string family, bool tied)
    {
        Tokenizer tokenizer = Words();
        ModelConfig config = Config(family, 300, tied);
        using DecoderModel model = DecoderModel.Create(config, 3);
        GgufContents file = Write(config, model, tokenizer);
        bool neighbours = family is "llama" or "mistral";
        string architecture = neighbours ? "llama" : family;

        Assert.Equal(3u, file.Version);
        Assert.Equal(architecture, file.Values["general.architecture"]);
        Assert.Equal((300u, 128u, 64u, 2u, 96u, 4u, 2u), (Of("vocab_size"), Of("context_length"), Of("embedding_length"), Of("block_count"), Of("feed_forward_length"),
            Of("attention.head_count"), Of("attention.head_count_kv")));
        Assert.Equal((16u, 16u, 16u), (Of("attention.key_length"), Of("attention.value_length"), Of("rope.dimension_count")));
        Assert.Equal((1e-6f, 10000f), (file.Values[architecture + ".attention.layer_norm_rms_epsilon"], file.Values[architecture + ".rope.freq_base"]));

        Dictionary<string, Tensor> weights = model.NamedParameters().ToDictionary();
        Assert.Equal(weights.Count, file.Tensors.Count);
        Equal("token_embd.weight", weights["model.embed_tokens.weight"]);
        Equal("output_norm.weight", weights["model.norm.weight"]);
        Assert.Equal(!tied, file.Tensors.ContainsKey("output.weight"));
        if (!tied)
            Equal("output.weight", weights["lm_head.weight"]);
        foreach (int layer in new[] { 0, 1 })
            foreach ((string name, string source, int heads) in new[]
            {
                ("attn_norm", "input_layernorm", 0), ("ffn_norm", "post_attention_layernorm", 0), ("attn_q", "self_attn.q_proj", 4), ("attn_k", "self_attn.k_proj", 2),
                ("attn_v", "self_attn.v_proj", 0), ("attn_output", "self_attn.o_proj", 0), ("ffn_gate", "mlp.gate_proj", 0), ("ffn_up", "mlp.up_proj", 0),
                ("ffn_down", "mlp.down_proj", 0), ("attn_q_norm", "self_attn.q_norm", 0), ("attn_k_norm", "self_attn.k_norm", 0),
            })
                foreach (string kind in new[] { ".weight", ".bias" })
                    if (weights.TryGetValue($"model.layers.{layer}.{source}{kind}", out Tensor? weight))
                        Equal($"blk.{layer}.{name}{kind}", neighbours && heads > 0 ? GgufTensor.Interleave(weight, heads) : weight);

        uint Of(string key) => (uint)file.Values[$"{architecture}.{key}"];
        void Equal(string name, Tensor expected)
        {
            (long[] shape, GgufType type, float[] data) = file.Tensors[name];
            Assert.Equal(expected.shape, shape);
            Assert.Equal(GgufType.F32, type);
            Assert.Equal(expected.contiguous().data<float>().ToArray(), data);
        }
    }

    // A block's greatest error is half its scale (and the scale's rounding to 11 bits): max / 254, and max · 127 / 127 · 2^-11 at the end.
    [Theory, InlineData(GgufType.F16), InlineData(GgufType.Q8)]
    public void Write_SmallerTypes_KeepVectorsWholeAndMatricesNear(GgufType type)
    {
        ModelConfig config = Config("qwen2", 300);
        using DecoderModel model = DecoderModel.Create(config, 3);
        GgufContents file = Write(config, model, Words(), type);
        Assert.Equal(type == GgufType.F16 ? 1u : 7u, file.Values["general.file_type"]);
        Assert.Equal(GgufType.F32, file.Tensors["blk.0.attn_q.bias"].Type);
        Assert.Equal(GgufType.F32, file.Tensors["output_norm.weight"].Type);
        Assert.Equal(type, file.Tensors["token_embd.weight"].Type);
        float[] expected = model.NamedParameters().ToDictionary()["model.layers.1.mlp.down_proj.weight"].data<float>().ToArray();
        (_, GgufType stored, float[] data) = file.Tensors["blk.1.ffn_down.weight"];
        Assert.Equal(type, stored);
        float greatest = expected.Max(MathF.Abs), allowed = type == GgufType.F16 ? greatest / 2048 : greatest / 254 + greatest / 2048;
        Assert.All(expected.Zip(data), pair => Assert.InRange(MathF.Abs(pair.First - pair.Second), 0, allowed));
        Assert.NotEqual(expected, data);
    }

    [Fact]
    public void Write_RowsThatMakeNoWholeBlocks_AreHalfPrecisionInQ8()
    {
        ModelConfig config = TinyModels.Config(300); // width 16: rows of 16, of 32 in down_proj
        using DecoderModel model = DecoderModel.Create(config, 3);
        GgufContents file = Write(config, model, Words(), GgufType.Q8);
        Assert.Equal(GgufType.F16, file.Tensors["blk.0.attn_q.weight"].Type);
        Assert.Equal(GgufType.Q8, file.Tensors["blk.0.ffn_down.weight"].Type);
    }

    [Fact]
    public void Write_ByteLevelTokenizer_HasTokensKindsAndMerges()
    {
        Tokenizer tokenizer = Words();
        ModelConfig config = Config("qwen2", 300) with { EosTokenIds = [tokenizer.TokenId("<|im_end|>")!.Value, tokenizer.TokenId("<|endoftext|>")!.Value] };
        using DecoderModel model = DecoderModel.Create(config, 3);
        GgufContents file = Write(config, model, tokenizer);

        Assert.Equal(("gpt2", "qwen2", false), (file.Values["tokenizer.ggml.model"], file.Values["tokenizer.ggml.pre"], file.Values["tokenizer.ggml.add_bos_token"]));
        string[] tokens = file.Row<string>("tokenizer.ggml.tokens"), merges = file.Row<string>("tokenizer.ggml.merges");
        int[] kinds = file.Row<int>("tokenizer.ggml.token_type");
        Assert.Equal((300, 300), (tokens.Length, kinds.Length));
        Assert.Equal(300, tokens.Distinct().Count());
        Assert.Equal(tokenizer.VocabularySize - 2 - 256, merges.Length);
        Assert.Equal(("!", 1), (tokens[0], kinds[0])); // the first of the byte alphabet
        int end = config.EosTokenIds[0];
        Assert.Equal(("<|im_end|>", 3), (tokens[end], kinds[end]));
        Assert.Equal(("[PAD299]", 5), (tokens[299], kinds[299]));
        Assert.Equal(((uint)end, (uint)config.EosTokenIds[1]), (file.Values["tokenizer.ggml.eos_token_id"], file.Values["tokenizer.ggml.eot_token_id"]));
        // Every merge makes a token, in the order of ids.
        Assert.Equal(merges.Select(merge => merge.Replace(" ", "")), tokens[256..(256 + merges.Length)]);
    }

    [Theory, InlineData("qwen2", "qwen2", 151387), InlineData("gpt-2", "gpt-2", 50000)]
    public void Write_RealByteLevelVocabulary_HasItsMergesAndItsWords(string name, string words, int merges)
    {
        Tokenizer tokenizer = Vocabularies.Load(name);
        ModelConfig config = TinyModels.Config(tokenizer.VocabularySize);
        using DecoderModel model = DecoderModel.Create(config, 3);
        GgufContents file = Write(config, model, tokenizer);
        Assert.Equal(words, file.Values["tokenizer.ggml.pre"]);
        Assert.Equal(merges, file.Row<string>("tokenizer.ggml.merges").Length);
        Assert.Equal(tokenizer.VocabularySize, file.Row<string>("tokenizer.ggml.tokens").Distinct().Count());
    }

    [Fact]
    public void Write_LlamaVocabulary_IsThatOfTheReferenceFile()
    {
        Tokenizer tokenizer = Vocabularies.Load("llama-spm");
        SentencePieceModel reference = GgufVocabulary.Read(SharedFiles.Data("tokenizer_vectors/ggml-vocab-llama-spm.gguf")!);
        ModelConfig config = TinyModels.Config(tokenizer.VocabularySize) with { ModelType = "llama", QkvBias = false, EosTokenIds = [2] };
        using DecoderModel model = DecoderModel.Create(config, 3);
        GgufContents file = Write(config, model, tokenizer);
        SentencePieceModel written = GgufVocabulary.Read(_folder.File("model.gguf"));
        Assert.Equal(reference.Pieces, written.Pieces);
        Assert.Equal(("llama", 1u, 2u, 0u), (file.Values["tokenizer.ggml.model"], file.Values["tokenizer.ggml.bos_token_id"], file.Values["tokenizer.ggml.eos_token_id"], file.Values["tokenizer.ggml.unknown_token_id"]));
        Assert.Equal((true, false, true), (file.Values["tokenizer.ggml.add_bos_token"], file.Values["tokenizer.ggml.add_eos_token"], file.Values["tokenizer.ggml.add_space_prefix"]));
    }

    // With θ = 10000 and D = 16 the wavelengths are 2π·√10^i: 6.3, 19.9, 62.8, 198.7, ... Below 64/4 they stay, above 64/1 they are stretched
    // by 8, so the first stays, the next two lie between, and the others have the full factor.
    [Fact]
    public void Write_Llama3Scaling_GivesTheFactorOfEachFrequency()
    {
        ModelConfig config = Config("llama", 300) with { Rope = new RopeConfig { RopeType = "llama3", Factor = 8, LowFreqFactor = 1, HighFreqFactor = 4, OriginalMaxPositionEmbeddings = 64 } };
        using DecoderModel model = DecoderModel.Create(config, 3);
        (long[] shape, GgufType type, float[] data) = Write(config, model, Words()).Tensors["rope_freqs.weight"];
        Assert.Equal([8L], shape);
        Assert.Equal(GgufType.F32, type);
        Assert.Equal(1f, data[0]);
        // 2π·√10 = 19.87: smooth = (64/19.87 − 1)/3 = 0.7404, and 1/(0.2596/8 + 0.7404) = 1.2940
        Assert.Equal(1.2940f, data[1], 3);
        Assert.Equal([8f, 8, 8, 8, 8], data[3..]);
    }

    [Fact]
    public void Write_LinearAndYarnScaling_AreNamed()
    {
        ModelConfig config = Config("qwen2", 300) with { Rope = new RopeConfig { RopeType = "yarn", Factor = 4, OriginalMaxPositionEmbeddings = 32 } };
        using DecoderModel model = DecoderModel.Create(config, 3);
        Dictionary<string, object> values = Write(config, model, Words()).Values;
        Assert.Equal(("yarn", 4f, 32u), (values["qwen2.rope.scaling.type"], values["qwen2.rope.scaling.factor"], values["qwen2.rope.scaling.original_context_length"]));
        values = Write(config with { Rope = new RopeConfig { RopeType = "linear", Factor = 2 } }, model, Words()).Values;
        Assert.Equal(("linear", 2f), (values["qwen2.rope.scaling.type"], values["qwen2.rope.scaling.factor"]));
    }

    [Fact]
    public void Write_WhatReadersWouldPassOver_IsRefused()
    {
        Tokenizer tokenizer = Words();
        ModelConfig config = Config("qwen2", 300);
        string Fault(ModelConfig faulty) => Assert.Throws<CheckpointException>(() =>
            GgufFile.Write(_folder.File("x.gguf"), faulty, _ => torch.zeros(1), tokenizer, GgufType.F32, "x")).Message;
        Assert.Contains("it does not write", Fault(config with { Architecture = "Qwen2ForSequenceClassification" }));
        Assert.Contains("last 8 tokens only", Fault(config with { SlidingWindow = 8, SlidingLayers = [false, true] }));
        Assert.Contains("yarn has parameters", Fault(config with { Rope = new RopeConfig { RopeType = "yarn", Factor = 2, AttentionFactor = 1.5 } }));
        Assert.Contains("llama3 is known", Fault(config with { Rope = new RopeConfig { RopeType = "llama3", Factor = 2 } }));
        Assert.Contains("family gemma", Fault(config with { ModelType = "gemma" }));
        Assert.Contains("has shape [1], but config.json implies [300, 64]", Fault(config));
        Assert.Empty(_folder.Files);
    }
}
