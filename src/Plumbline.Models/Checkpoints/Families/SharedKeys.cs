using System.Text.Json.Nodes;

namespace Plumbline.Models.Checkpoints.Families;

/// <summary>The keys of config.json that every family has.</summary>
internal static class SharedKeys
{
    // Far above any model; a list of layers is made of it.
    private const int MaxLayers = 4096;

    /// <summary>Reads them; a family adds its own with <c>with</c>.</summary>
    public static ModelConfig Read(ConfigFields fields, string modelType, string architecture, FamilyDefaults defaults)
    {
        int before = fields.FaultCount;
        int hidden = fields.Size("hidden_size"), heads = fields.Size("num_attention_heads");
        // An explicit null means "as many as query heads" in every family; an absent key means the family's default.
        int keyValueHeads = fields.Size("num_key_value_heads", fields.Names("num_key_value_heads") ? heads : defaults.NumKeyValueHeads ?? heads);
        // Relations are worth a word only between values that make sense each for itself.
        bool sensible = fields.FaultCount == before;
        if (sensible && heads % keyValueHeads != 0)
            fields.Fault($"num_attention_heads is {heads}, but must be a multiple of num_key_value_heads, which is {keyValueHeads}");
        int headDim = HeadDim(fields, hidden, heads, defaults, sensible);
        int maxPositions = fields.Size("max_position_embeddings", defaults.MaxPositionEmbeddings);
        RequirePlain(fields);
        var config = new ModelConfig
        {
            ModelType = modelType,
            Architecture = architecture,
            VocabSize = fields.Size("vocab_size"),
            HiddenSize = hidden,
            IntermediateSize = fields.Size("intermediate_size"),
            NumHiddenLayers = fields.Size("num_hidden_layers", most: MaxLayers),
            NumAttentionHeads = heads,
            NumKeyValueHeads = keyValueHeads,
            HeadDim = headDim,
            MaxPositionEmbeddings = maxPositions,
            RmsNormEps = fields.Number("rms_norm_eps", 1e-6, zero: true),
            TieWordEmbeddings = fields.Flag("tie_word_embeddings", false),
            Rope = RopeKeys.Read(fields, maxPositions),
            InitializerRange = fields.Number("initializer_range", 0.02, zero: true),
            BosTokenId = fields.Names("bos_token_id") ? FirstOrNull(fields.Tokens("bos_token_id")) : defaults.BosTokenId,
            EosTokenIds = fields.Names("eos_token_id") ? fields.Tokens("eos_token_id") : defaults.EosTokenId is { } eos ? [eos] : [],
            PadTokenId = FirstOrNull(fields.Tokens("pad_token_id")),
            DType = DType(fields),
        };
        return config.IsSequenceClassification ? config with { Labels = LabelKeys.Read(fields), Pooling = LabelKeys.ReadPooling(fields) } : config;
    }

    /// <summary>Writes them in the spelling of transformers 5.</summary>
    public static void Write(ModelConfig config, JsonObject json)
    {
        json["architectures"] = new JsonArray(config.Architecture);
        json["model_type"] = config.ModelType;
        json["vocab_size"] = config.VocabSize;
        json["hidden_size"] = config.HiddenSize;
        json["intermediate_size"] = config.IntermediateSize;
        json["num_hidden_layers"] = config.NumHiddenLayers;
        json["num_attention_heads"] = config.NumAttentionHeads;
        json["num_key_value_heads"] = config.NumKeyValueHeads;
        json["max_position_embeddings"] = config.MaxPositionEmbeddings;
        json["rms_norm_eps"] = JsonFile.Float(config.RmsNormEps);
        json["tie_word_embeddings"] = config.TieWordEmbeddings;
        json["initializer_range"] = JsonFile.Float(config.InitializerRange);
        json["hidden_act"] = "silu";
        json["dtype"] = config.DType;
        json["rope_parameters"] = RopeKeys.Write(config.Rope);
        WriteTokens(config, json);
        if (config.IsSequenceClassification)
            LabelKeys.Write(config, json);
    }

    /// <summary>Writes the special tokens, as config.json and generation_config.json share them.</summary>
    public static void WriteTokens(ModelConfig config, JsonObject json)
    {
        json["bos_token_id"] = config.BosTokenId;
        json["pad_token_id"] = config.PadTokenId;
        json["eos_token_id"] = config.EosTokenIds.Count switch
        {
            0 => null,
            1 => config.EosTokenIds[0],
            _ => new JsonArray([.. config.EosTokenIds.Select(id => JsonValue.Create(id))]),
        };
    }

    private static int HeadDim(ConfigFields fields, int hidden, int heads, FamilyDefaults defaults, bool sensible)
    {
        if (!fields.Has("head_dim"))
        {
            if (defaults.HeadDim is { } size && !fields.Names("head_dim"))
                return size;
            if (sensible && hidden % (2L * heads) != 0)
                fields.Fault($"hidden_size is {hidden}, but without a head_dim it must be an even multiple of num_attention_heads, which is {heads}");
            return Math.Max(1, hidden / heads);
        }
        int given = fields.Size("head_dim", 2);
        if (given % 2 != 0)
            fields.Fault($"head_dim is {given}, but rotary embeddings need an even one");
        if ((long)heads * given > int.MaxValue)
            fields.Fault($"head_dim is {given}, which {heads} heads cannot have");
        return given;
    }

    // Mechanisms that would change the result silently if they were passed over.
    private static void RequirePlain(ConfigFields fields)
    {
        if (fields.Text("hidden_act", "silu") is not ("silu" or "swish") and var activation)
            fields.Fault($"hidden_act is \"{activation}\", but only silu is supported");
        if (fields.Has("partial_rotary_factor") && fields.Number("partial_rotary_factor", 1.0) is not 1.0 and var part)
            fields.Fault($"partial_rotary_factor is {part}, but only 1.0 is supported");
        if (fields.Object("quantization_config") is { } quantization)
            fields.Fault($"quantization_config names the method \"{quantization.Text("quant_method", "unknown")}\", but quantised weights are not supported; take the unquantised model");
    }

    private static string DType(ConfigFields fields)
    {
        string key = fields.Has("dtype") ? "dtype" : "torch_dtype", name = fields.Text(key, "float32");
        if (SafetensorsTypes.FromConfig(name) is null)
            fields.Fault($"{key} is \"{name}\", but only float32, float16 and bfloat16 are supported");
        return name;
    }

    private static int? FirstOrNull(IReadOnlyList<int> tokens) => tokens.Count > 0 ? tokens[0] : null;
}
