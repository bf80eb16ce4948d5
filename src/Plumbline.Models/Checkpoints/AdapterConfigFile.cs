using System.Text.Json;
using System.Text.Json.Nodes;

namespace Plumbline.Models.Checkpoints;

/// <summary>adapter_config.json of a LoRA adapter, as PEFT 0.20 spells it.</summary>
internal static class AdapterConfigFile
{
    // Each changes what the adapter computes or on what, unless it is null, false or empty.
    private static readonly string[] Unsupported =
    [
        "lora_bias", "use_qalora", "use_bdlora", "layer_replication", "layers_to_transform", "exclude_modules", "target_parameters",
        "trainable_token_indices", "alora_invocation_tokens", "arrow_config", "kasa_config", "monteclora_config", "velora_config", "megatron_config",
    ];

    // These start A and B without touching the base; the others (pissa, olora, corda, loftq, ...) change its weights.
    private static readonly string[] HarmlessInits = ["gaussian", "eva", "orthogonal"];

    private static readonly string[] AlwaysNull =
    [
        "alora_invocation_tokens", "arrow_config", "auto_mapping", "corda_config", "eva_config", "exclude_modules", "kasa_config", "layer_replication",
        "layers_pattern", "layers_to_transform", "lora_ga_config", "megatron_config", "monteclora_config", "revision", "target_parameters",
        "trainable_token_indices", "use_bdlora", "velora_config",
    ];

    /// <exception cref="CheckpointException">The file is no LoRA configuration, uses what is not supported, or makes no sense: all faults at once.</exception>
    public static AdapterConfig Read(string path)
    {
        JsonObject json = JsonFile.Read(path);
        var faults = new List<string>();
        var fields = new ConfigFields(json, faults);
        if (fields.Text("peft_type", "") is not "LORA" and var type)
            throw new CheckpointException($"{path}: peft_type is \"{type}\", but only LORA is supported.");
        faults.AddRange(Unsupported.Where(key => IsActive(json[key])).Select(key => $"{key} is {ConfigFields.Show(json[key]!)}, which is not supported"));
        if (json["init_lora_weights"] is { } init && init.GetValueKind() == JsonValueKind.String && !HarmlessInits.Contains(init.GetValue<string>()))
            fields.Fault($"init_lora_weights is {ConfigFields.Show(init)}, which changes the base model's weights and is not supported; convert the adapter to plain LoRA with PEFT");
        string bias = fields.Text("bias", "none");
        if (bias != "none")
            fields.Fault($"bias is \"{bias}\", but only none is supported");
        double dropout = fields.Number("lora_dropout", 0.0, zero: true);
        if (dropout >= 1)
            fields.Fault($"lora_dropout is {dropout}; a probability below 1 is wanted");
        var config = new AdapterConfig
        {
            R = fields.Size("r", 8),
            LoraAlpha = fields.Number("lora_alpha", 8.0),
            LoraDropout = dropout,
            TargetModules = TargetModules(fields),
            UseRslora = fields.Flag("use_rslora", false),
            UseDora = fields.Flag("use_dora", false),
            Bias = bias,
            BaseModelNameOrPath = fields.Has("base_model_name_or_path") ? fields.Text("base_model_name_or_path", "") : null,
            ModulesToSave = fields.Has("modules_to_save") ? fields.Texts("modules_to_save") : null,
            TaskType = fields.Has("task_type") ? fields.Text("task_type", "") : null,
            RankPattern = Patterns(fields, "rank_pattern", (map, key) => map.Size(key)),
            AlphaPattern = Patterns(fields, "alpha_pattern", (map, key) => map.Number(key, null)),
        };
        ConfigFields.ThrowIfAny(faults, path);
        return config;
    }

    public static JsonObject Write(AdapterConfig config)
    {
        var json = new JsonObject(AlwaysNull.Select(key => KeyValuePair.Create(key, (JsonNode?)null)))
        {
            ["alpha_pattern"] = new JsonObject(config.AlphaPattern.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonFile.Whole(pair.Value)))),
            ["base_model_name_or_path"] = config.BaseModelNameOrPath,
            ["bias"] = config.Bias,
            ["ensure_weight_tying"] = false,
            ["fan_in_fan_out"] = false,
            ["inference_mode"] = true,
            ["init_lora_weights"] = true,
            ["loftq_config"] = new JsonObject(),
            ["lora_alpha"] = JsonFile.Whole(config.LoraAlpha),
            ["lora_bias"] = false,
            ["lora_dropout"] = JsonFile.Float(config.LoraDropout),
            ["megatron_core"] = "megatron.core",
            ["modules_to_save"] = config.ModulesToSave is { } saved ? List(saved) : null,
            ["peft_type"] = "LORA",
            ["qalora_group_size"] = 16,
            ["r"] = config.R,
            ["rank_pattern"] = new JsonObject(config.RankPattern.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
            ["target_modules"] = config.TargetsAllLinear ? AdapterConfig.AllLinear : List(config.TargetModules),
            ["task_type"] = config.TaskType,
            ["use_dora"] = config.UseDora,
            ["use_qalora"] = false,
            ["use_rslora"] = config.UseRslora,
        };
        return json;
    }

    private static IReadOnlyList<string> TargetModules(ConfigFields fields)
    {
        if (fields.Json["target_modules"] is not JsonValue value || value.GetValueKind() != JsonValueKind.String)
        {
            IReadOnlyList<string> names = fields.Texts("target_modules");
            if (names.Count == 0)
                fields.Fault($"target_modules names no layer; a list such as [\"q_proj\", \"v_proj\"] or \"{AdapterConfig.AllLinear}\" is wanted");
            return names;
        }
        string word = value.GetValue<string>();
        if (word != AdapterConfig.AllLinear)
            fields.Fault($"target_modules is the pattern \"{word}\", which is not supported; name the layers in a list, or write \"{AdapterConfig.AllLinear}\"");
        return [word];
    }

    private static Dictionary<string, T> Patterns<T>(ConfigFields fields, string key, Func<ConfigFields, string, T> read)
    {
        var patterns = new Dictionary<string, T>(StringComparer.Ordinal);
        if (fields.Object(key) is { } map)
            foreach (string pattern in map.Json.Select(pair => pair.Key))
                if (ModulePattern.IsValid(pattern))
                    patterns[pattern] = read(map, pattern);
                else
                    fields.Fault($"{key} has \"{pattern}\", which is no valid regular expression");
        return patterns;
    }

    private static bool IsActive(JsonNode? node) => node switch
    {
        null => false,
        JsonArray list => list.Count > 0,
        JsonObject map => map.Count > 0,
        _ => node.GetValueKind() != JsonValueKind.False && !(node.GetValueKind() == JsonValueKind.String && node.GetValue<string>() == ""),
    };

    private static JsonArray List(IReadOnlyList<string> names) => new([.. names.Select(name => JsonValue.Create(name))]);
}
