using System.Text.Json.Nodes;
using Plumbline.Models.Checkpoints.Families;
using Plumbline.Models.Quantization;

namespace Plumbline.Models.Checkpoints;

/// <summary>config.json, read in the spelling of transformers 4 or 5 and written in that of 5.</summary>
public static class ModelConfigFile
{
    /// <summary>The file's usual name.</summary>
    public const string Name = "config.json";

    /// <summary>Where a folder tells in how many bits its weights are: weights that are written anew are whole.</summary>
    internal const string QuantizationKey = "quantization_config";

    internal const string GenerationName = "generation_config.json";

    /// <summary>Reads a configuration, and the special tokens of a generation_config.json beside it.</summary>
    /// <param name="path">The configuration file.</param>
    /// <exception cref="CheckpointException">The architecture is not supported, or keys are missing or make no sense: all of them are named at once.</exception>
    public static ModelConfig Read(string path)
    {
        string generation = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, GenerationName);
        return Read(path, JsonFile.Read(path), File.Exists(generation) ? JsonFile.Read(generation) : null);
    }

    /// <summary>In how many bits the projections are stored beside a configuration.</summary>
    /// <param name="path">The configuration file.</param>
    public static QuantizationType QuantizationOf(string path) => QuantizationOf(JsonFile.Read(path));

    internal static QuantizationType QuantizationOf(JsonObject json) => json[QuantizationKey] switch
    {
        JsonObject config when (bool?)config["load_in_4bit"] == true => QuantizationType.Nf4,
        JsonObject config when (bool?)config["load_in_8bit"] == true => QuantizationType.Int8,
        _ => QuantizationType.None,
    };

    /// <summary>The configuration as transformers 5 spells it.</summary>
    /// <param name="config">What to write.</param>
    /// <param name="raw">An earlier config.json whose unknown keys are kept; null for none. Not changed.</param>
    /// <exception cref="CheckpointException">The family is not supported.</exception>
    public static JsonObject ToJson(ModelConfig config, JsonObject? raw = null)
    {
        IModelFamily family = ModelFamilies.ByModelType(config.ModelType)
            ?? throw new CheckpointException($"model_type \"{config.ModelType}\" is not supported. Supported are {ModelFamilies.Supported}.");
        JsonObject json = raw is null ? [] : (JsonObject)raw.DeepClone();
        foreach (string old in RopeKeys.Old.Concat(["torch_dtype", QuantizationKey]).Concat(config.IsSequenceClassification ? ["num_labels", LabelKeys.PoolingKey] : LabelKeys.All))
            json.Remove(old);
        json.TryAdd("attention_dropout", JsonFile.Float(0));
        json.TryAdd("use_cache", true);
        SharedKeys.Write(config, family.Defaults.Keys, json);
        family.Write(config, json);
        return json;
    }

    /// <param name="path">The file, for messages.</param>
    /// <param name="json">Its contents.</param>
    /// <param name="generation">generation_config.json, where there is one.</param>
    internal static ModelConfig Read(string path, JsonObject json, JsonObject? generation)
    {
        var faults = new List<string>();
        var fields = new ConfigFields(json, faults);
        (IModelFamily family, string architecture) = FindFamily(path, fields);
        ModelConfig config = family.Read(fields, architecture);
        if (generation is not null)
            config = Merge(config, fields, new ConfigFields(generation, faults, $"{GenerationName}: "));
        ConfigFields.ThrowIfAny(faults, path);
        return config;
    }

    private static (IModelFamily Family, string Architecture) FindFamily(string path, ConfigFields fields)
    {
        string modelType = fields.Text("model_type", ""), architecture = fields.Texts("architectures").FirstOrDefault("");
        if (modelType == "" && architecture == "")
            throw new CheckpointException($"{path}: neither architectures nor model_type says what model this is. Supported are {ModelFamilies.Supported}.");
        if (architecture == "")
            return ModelFamilies.ByModelType(modelType) is { } known
                ? (known, known.Architectures[0])
                : throw new CheckpointException($"{path}: model_type \"{modelType}\" is not supported. Supported are {ModelFamilies.Supported}.");
        IModelFamily family = ModelFamilies.ByArchitecture(architecture)
            ?? throw new CheckpointException($"{path}: architecture \"{architecture}\" is not supported. Supported are {ModelFamilies.Supported}.");
        if (modelType != "" && modelType != family.ModelType)
            throw new CheckpointException($"{path}: model_type is \"{modelType}\", but the architecture {architecture} belongs to \"{family.ModelType}\". Correct one of the two.");
        return (family, architecture);
    }

    // A generation_config.json often names more ends of a text than config.json (an end of turn beside the end of text).
    private static ModelConfig Merge(ModelConfig config, ConfigFields fields, ConfigFields generation)
    {
        IReadOnlyList<int> more = generation.Tokens("eos_token_id");
        IReadOnlyList<int> eos = fields.Names("eos_token_id") || more.Count == 0 ? config.EosTokenIds : [];
        return config with
        {
            EosTokenIds = [.. eos.Concat(more).Distinct()],
            BosTokenId = fields.Names("bos_token_id") ? config.BosTokenId : generation.Tokens("bos_token_id").Select(id => (int?)id).FirstOrDefault(config.BosTokenId),
            PadTokenId = config.PadTokenId ?? generation.Tokens("pad_token_id").Select(id => (int?)id).FirstOrDefault(),
        };
    }
}
