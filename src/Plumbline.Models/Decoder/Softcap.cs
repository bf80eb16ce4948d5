namespace Plumbline.Models.Decoder;

/// <summary>c·tanh(x/c): x where it is small, never beyond ±c.</summary>
/// <remarks>Source: Bello et al. 2016, arXiv:1611.09940, appendix; Gemma Team 2024, arXiv:2408.00118, section 2.</remarks>
public static class Softcap
{
    /// <summary>Caps every element.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="cap">c, above 0; null leaves x as it is.</param>
    public static Tensor Apply(Tensor x, double? cap) => cap is { } limit ? (x / limit).tanh() * limit : x;
}
