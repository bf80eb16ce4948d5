using System.Text.Json.Nodes;
using Plumbline.Models.Decoder;

namespace Plumbline.Models.Checkpoints.Families;

/// <summary>The keys of config.json that every family has.</summary>
internal static class SharedKeys
{
    // Far above any model; a list of layers is made of it.
    private const int MaxLayers = 4096;

    /// <summary>Reads them; a family adds its own with <c>with</c>.</summary>
    public static ModelConfig Read(ConfigFields fields, IModelFamily family, string architecture)
    {
        FamilyDefaults defaults = family.Defaults;
        KeyNames keys = defaults.Keys;
        int before = fields.FaultCount;
        int hidden = fields.Size(keys.HiddenSize), heads = fields.Size(keys.NumAttentionHeads);
        // An explicit null means "as many as query heads" in every family; an absent key means the family's default.
        int keyValueHeads = keys.NumKeyValueHeads is { } grouped ? fields.Size(grouped, fields.Names(grouped) ? heads : defaults.NumKeyValueHeads ?? heads) : heads;
        // Relations are worth a word only between values that make sense each for itself.
        bool sensible = fields.FaultCount == before;
        if (sensible && heads % keyValueHeads != 0)
            fields.Fault($"{keys.NumAttentionHeads} is {heads}, but must be a multiple of {keys.NumKeyValueHeads}, which is {keyValueHeads}");
        int headDim = HeadDim(fields, hidden, heads, defaults, sensible);
        int maxPositions = fields.Size(keys.MaxPositionEmbeddings, defaults.MaxPositionEmbeddings);
        RequirePlain(fields);
        var config = new ModelConfig
        {
            ModelType = family.ModelType,
            Architecture = architecture,
            VocabSize = fields.Size("vocab_size"),
            HiddenSize = hidden,
            IntermediateSize = fields.Size(keys.IntermediateSize, defaults.FeedForwardFactor is { } factor ? (int)Math.Min(int.MaxValue, (long)factor * hidden) : null),
            NumHiddenLayers = fields.Size(keys.NumHiddenLayers, most: MaxLayers),
            NumAttentionHeads = heads,
            NumKeyValueHeads = keyValueHeads,
            HeadDim = headDim,
            MaxPositionEmbeddings = maxPositions,
            RmsNormEps = fields.Number(keys.NormEps, defaults.NormEps, zero: true),
            TieWordEmbeddings = fields.Flag("tie_word_embeddings", defaults.TieWordEmbeddings),
            Variant = DecoderVariant.Plain with { HiddenAct = HiddenAct(fields, keys.HiddenAct, defaults.HiddenAct) },
            Rope = keys.Rope is null ? new RopeConfig { RopeType = RopeConfig.None } : RopeKeys.Read(fields, maxPositions, headDim),
            InitializerRange = fields.Number("initializer_range", 0.02, zero: true),
            BosTokenId = fields.Names("bos_token_id") ? FirstOrNull(fields.Tokens("bos_token_id")) : defaults.BosTokenId,
            EosTokenIds = fields.Names("eos_token_id") ? fields.Tokens("eos_token_id") : defaults.EosTokenId is { } eos ? [eos] : [],
            PadTokenId = fields.Names("pad_token_id") ? FirstOrNull(fields.Tokens("pad_token_id")) : defaults.PadTokenId,
            DType = DType(fields),
        };
        return config.IsSequenceClassification ? config with { Labels = LabelKeys.Read(fields), Pooling = LabelKeys.ReadPooling(fields) } : config;
    }

    /// <summary>Writes them in the spelling of transformers 5.</summary>
    public static void Write(ModelConfig config, KeyNames keys, JsonObject json)
    {
        json["architectures"] = new JsonArray(config.Architecture);
        json["model_type"] = config.ModelType;
        json["vocab_size"] = config.VocabSize;
        json[keys.HiddenSize] = config.HiddenSize;
        json[keys.IntermediateSize] = config.IntermediateSize;
        json[keys.NumHiddenLayers] = config.NumHiddenLayers;
        json[keys.NumAttentionHeads] = config.NumAttentionHeads;
        if (keys.NumKeyValueHeads is { } grouped)
            json[grouped] = config.NumKeyValueHeads;
        json[keys.MaxPositionEmbeddings] = config.MaxPositionEmbeddings;
        json[keys.NormEps] = JsonFile.Float(config.RmsNormEps);
        json["tie_word_embeddings"] = config.TieWordEmbeddings;
        json["initializer_range"] = JsonFile.Float(config.InitializerRange);
        json[keys.HiddenAct] = config.Variant.HiddenAct;
        json["dtype"] = config.DType;
        if (keys.Rope is { } rope)
            json[rope] = RopeKeys.Write(config.Rope);
        if (config.Rope.LongContext)
            json[LongRopeKeys.LongContextKey] = true;
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
        if (defaults.Keys.HeadDim is not { } key || !fields.Has(key))
        {
            if (defaults.HeadDim is { } size && !fields.Names(defaults.Keys.HeadDim!))
                return size;
            if (sensible && hidden % (2L * heads) != 0)
                fields.Fault($"{defaults.Keys.HiddenSize} is {hidden}, but without a head_dim it must be an even multiple of {defaults.Keys.NumAttentionHeads}, which is {heads}");
            return Math.Max(1, hidden / heads);
        }
        int given = fields.Size(key, 2);
        if (given % 2 != 0)
            fields.Fault($"head_dim is {given}, but rotary embeddings need an even one");
        if ((long)heads * given > int.MaxValue)
            fields.Fault($"head_dim is {given}, which {heads} heads cannot have");
        return given;
    }

    private static string HiddenAct(ConfigFields fields, string key, string missing)
    {
        string name = fields.Text(key, missing);
        if (!Activation.Names.Contains(name))
            fields.Fault($"{key} is \"{name}\", but only {string.Join(", ", Activation.Names)} are supported");
        return name == "swish" ? "silu" : name; // two names of one function
    }

    // Mechanisms that would change the result silently if they were passed over.
    private static void RequirePlain(ConfigFields fields)
    {
        if (fields.Has("partial_rotary_factor") && fields.Number("partial_rotary_factor", 1.0) is not 1.0 and var part)
            fields.Fault($"partial_rotary_factor is {part}, but only 1.0 is supported");
        if (fields.Object(ModelConfigFile.QuantizationKey) is { } quantization && quantization.Text("quant_method", "unknown") is not "bitsandbytes" and var method)
            fields.Fault($"quantization_config names the method \"{method}\", but of quantised weights only those of bitsandbytes (int8, nf4) are supported; take the unquantised model, and quantise it on load: --quantization nf4");
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
