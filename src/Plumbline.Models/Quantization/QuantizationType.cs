namespace Plumbline.Models.Quantization;

/// <summary>In how many bits the frozen projections of a model are held.</summary>
public enum QuantizationType
{
    /// <summary>As the model's dtype says.</summary>
    None,

    /// <summary>8 bits: whole numbers and one scale an output.</summary>
    Int8,

    /// <summary>4 bits: 16 levels of a normal distribution, one scale for 64 weights, itself in 8 bits.</summary>
    Nf4,
}
