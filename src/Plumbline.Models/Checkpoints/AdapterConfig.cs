namespace Plumbline.Models.Checkpoints;

/// <summary>A LoRA adapter's configuration, in PEFT's words (adapter_config.json).</summary>
public sealed record AdapterConfig
{
    /// <summary>The file's name in an adapter folder.</summary>
    public const string FileName = "adapter_config.json";

    /// <summary>The word by which <see cref="TargetModules"/> means every linear layer of the decoder but the output head.</summary>
    public const string AllLinear = "all-linear";

    /// <summary>Rank r of A and B; at least 1. PEFT's default is 8.</summary>
    public int R { get; init; } = 8;

    /// <summary>Alpha: the product BA is scaled by alpha / r, or by alpha / sqrt(r) with <see cref="UseRslora"/>. PEFT's default is 8.</summary>
    public double LoraAlpha { get; init; } = 8.0;

    /// <summary>Probability that an input of A is dropped while training, in [0, 1).</summary>
    public double LoraDropout { get; init; }

    /// <summary>Names of the adapted layers, such as <c>q_proj</c>: a layer is meant if its path is that name or ends in a dot and it. Or the one word <see cref="AllLinear"/>.</summary>
    public IReadOnlyList<string> TargetModules { get; init; } = [AllLinear];

    /// <summary>Whether the scale is alpha / sqrt(r). Kalajdzievski 2023, arXiv:2312.03732.</summary>
    public bool UseRslora { get; init; }

    /// <summary>Whether each row of an adapted weight has a trained length of its own (DoRA). Liu et al. 2024, arXiv:2402.09353.</summary>
    public bool UseDora { get; init; }

    /// <summary>Which biases are trained; only <c>none</c> is supported.</summary>
    public string Bias { get; init; } = "none";

    /// <summary>The model that the adapter was trained on: a folder or a name; null where not told.</summary>
    public string? BaseModelNameOrPath { get; init; }

    /// <summary>Layers stored whole beside the adapter, such as <c>score</c>; null for none.</summary>
    public IReadOnlyList<string>? ModulesToSave { get; init; }

    /// <summary>PEFT's task, <c>CAUSAL_LM</c> or <c>SEQ_CLS</c>; null where not told.</summary>
    public string? TaskType { get; init; } = "CAUSAL_LM";

    /// <summary>Ranks of single layers, by a regular expression that the end of the layer's path matches.</summary>
    public IReadOnlyDictionary<string, int> RankPattern { get; init; } = new Dictionary<string, int>();

    /// <summary>Alphas of single layers, likewise.</summary>
    public IReadOnlyDictionary<string, double> AlphaPattern { get; init; } = new Dictionary<string, double>();

    /// <summary>Whether every linear layer but the output head is meant.</summary>
    public bool TargetsAllLinear => TargetModules is [AllLinear];

    /// <summary>Whether a layer is adapted.</summary>
    /// <param name="module">The layer's path without PEFT's prefix, such as <c>model.layers.0.self_attn.q_proj</c>.</param>
    public bool Targets(string module) => TargetModules.Any(target => Names(target, module));

    /// <summary>The rank of one layer.</summary>
    /// <param name="module">The layer's path without PEFT's prefix, such as <c>model.layers.0.self_attn.q_proj</c>.</param>
    public int RankOf(string module) => ModulePattern.Find(RankPattern, module, R);

    /// <summary>By how much BA of one layer is scaled; dimensionless.</summary>
    /// <param name="module">The layer's path without PEFT's prefix.</param>
    public double ScalingOf(string module)
    {
        double alpha = ModulePattern.Find(AlphaPattern, module, LoraAlpha);
        int rank = RankOf(module);
        return UseRslora ? alpha / Math.Sqrt(rank) : alpha / rank;
    }

    /// <summary>Whether one of <see cref="TargetModules"/> means a layer.</summary>
    internal static bool Names(string target, string module) => target == AllLinear || module == target || module.EndsWith("." + target, StringComparison.Ordinal);
}
