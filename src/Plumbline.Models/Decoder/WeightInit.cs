namespace Plumbline.Models.Decoder;

/// <summary>What a fresh weight is filled with.</summary>
internal enum WeightInit
{
    /// <summary>Draws from a normal distribution of the configuration's spread.</summary>
    Normal,

    /// <summary>Zeros: biases, and norms that add one.</summary>
    Zeros,

    /// <summary>Ones: norms.</summary>
    Ones,
}
