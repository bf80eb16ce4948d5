namespace Plumbline.Models.Checkpoints;

/// <summary>How a norm scales its input.</summary>
public enum NormKind
{
    /// <summary>RMSNorm times its weight.</summary>
    Rms,

    /// <summary>RMSNorm times one plus its weight, as the Gemma families store it.</summary>
    UnitOffsetRms,

    /// <summary>LayerNorm: centred too, with a bias.</summary>
    Layer,
}
