using System.ComponentModel;
using Plumbline.Models.Checkpoints;

namespace Plumbline.Training.Recipes;

/// <summary>A LoRA adapter to be trained over a frozen model. Words are PEFT's; the rank and scale are those of TRL's examples.</summary>
public sealed record AdapterOptions : IValidated
{
    /// <summary>Rank of the update of each matrix. PEFT's default is 8.</summary>
    [Description("rank of the update of each matrix")]
    public int R { get; init; } = 16;

    /// <summary>Scale: the update is multiplied by this over <see cref="R"/> (over its root with <see cref="UseRslora"/>). PEFT's default is 8.</summary>
    [Description("the update is multiplied by lora_alpha / r")]
    public double LoraAlpha { get; init; } = 32;

    /// <summary>Probability that an input of the adapter is dropped while training, in [0, 1).</summary>
    [Description("probability that an input of the adapter is dropped")]
    public double LoraDropout { get; init; }

    /// <summary>Names of the matrices to adapt, such as <c>q_proj</c>; <c>all-linear</c> takes every one but the head.</summary>
    [Description("names of the matrices to adapt, or all-linear")]
    public IReadOnlyList<string> TargetModules { get; init; } = ["all-linear"];

    /// <summary>Whether to scale by the root of the rank (rsLoRA, arXiv:2312.03732).</summary>
    [Description("scale by the root of r instead of r (rsLoRA)")]
    public bool UseRslora { get; init; }

    /// <summary>Whether each row of an adapted matrix gets a trained length of its own (DoRA, arXiv:2402.09353); slower, since it costs a second product with the base.</summary>
    [Description("train the length of each row of the adapted matrices too (DoRA)")]
    public bool UseDora { get; init; }

    /// <summary>PEFT's configuration of the adapter, for the model in <paramref name="baseModel"/>.</summary>
    public AdapterConfig ToAdapterConfig(string baseModel) => new()
    {
        R = R,
        LoraAlpha = LoraAlpha,
        LoraDropout = LoraDropout,
        TargetModules = TargetModules,
        UseRslora = UseRslora,
        UseDora = UseDora,
        BaseModelNameOrPath = baseModel,
    };

    /// <inheritdoc/>
    public IEnumerable<string> Faults(string path)
    {
        var faults = new FaultList(path);
        faults.Require(R >= 1, R, "a rank is at least 1. Usual values are 8 to 64; 'adapter: null' trains the whole model.");
        faults.Require(LoraAlpha > 0, LoraAlpha, "the update must count for something. Set it above 0; twice r is usual.");
        faults.Require(LoraDropout is >= 0 and < 1, LoraDropout, "a probability of dropping must be at least 0 and below 1.");
        faults.Require(TargetModules.Count > 0, TargetModules, "an adapter must adapt something. Name matrices such as q_proj, or all-linear.");
        return faults;
    }
}
