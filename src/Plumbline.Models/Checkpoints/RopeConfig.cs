namespace Plumbline.Models.Checkpoints;

/// <summary>How rotary position embeddings are scaled; the words are those of Hugging Face's <c>rope_parameters</c>.</summary>
public sealed record RopeConfig
{
    /// <summary>The type of a model whose places are told otherwise.</summary>
    public const string None = "none";

    /// <summary>The type with factors for each frequency.</summary>
    public const string LongRope = "longrope";

    /// <summary><c>default</c>, <c>linear</c>, <c>llama3</c>, <c>yarn</c> or <see cref="LongRope"/>; <see cref="None"/> where nothing is rotated.</summary>
    public string RopeType { get; init; } = "default";

    /// <summary>Base of the geometric series of wavelengths; dimensionless.</summary>
    public double Theta { get; init; } = 10000.0;

    /// <summary>By how much the context is stretched; 1 is not at all.</summary>
    public double Factor { get; init; } = 1.0;

    /// <summary>llama3: wavelengths longer than the original context over this are stretched.</summary>
    public double LowFreqFactor { get; init; } = 1.0;

    /// <summary>llama3: wavelengths shorter than the original context over this are kept.</summary>
    public double HighFreqFactor { get; init; } = 4.0;

    /// <summary>llama3, yarn, longrope: the context of the original training, in tokens; 0 means the model's own maximum.</summary>
    public int OriginalMaxPositionEmbeddings { get; init; }

    /// <summary>yarn: rotations over the original context at the fast end of the ramp.</summary>
    public double BetaFast { get; init; } = 32.0;

    /// <summary>yarn: rotations over the original context at the slow end of the ramp.</summary>
    public double BetaSlow { get; init; } = 1.0;

    /// <summary>yarn, longrope: factor on cosine and sine; null derives it from <see cref="Factor"/>, <see cref="Mscale"/> and <see cref="MscaleAllDim"/>.</summary>
    public double? AttentionFactor { get; init; }

    /// <summary>yarn (DeepSeek's form): numerator of the attention factor; null where absent.</summary>
    public double? Mscale { get; init; }

    /// <summary>yarn (DeepSeek's form): denominator of the attention factor; null where absent.</summary>
    public double? MscaleAllDim { get; init; }

    /// <summary>yarn: whether the correction range is rounded to whole dimensions.</summary>
    public bool Truncate { get; init; } = true;

    /// <summary>longrope: what each wavelength is multiplied by for texts within the original context.</summary>
    public IReadOnlyList<double> ShortFactor { get; init; } = [];

    /// <summary>longrope: the same for longer texts.</summary>
    public IReadOnlyList<double> LongFactor { get; init; } = [];

    /// <summary>longrope: whether the long factors are used, for texts of every length; else the short ones, and texts end with the original context.</summary>
    /// <remarks>transformers chooses by the longest text at hand, so that a text's keys would have to be made anew when it grows beyond; one choice a model keeps sampling and training alike.</remarks>
    public bool LongContext { get; init; }
}
