namespace Plumbline.Models.Decoder;

/// <summary>A matrix of a layer that is not there.</summary>
/// <param name="Name">The checkpoint's name of the module, without <c>.weight</c>.</param>
/// <param name="Outputs">Width of the result.</param>
/// <param name="Inputs">Width of the input.</param>
/// <param name="Visits">The share of tokens that go through it: below 1 for an expert.</param>
/// <param name="IsAdaptable">Whether an adapter may attach to it.</param>
public sealed record ProjectionOutline(string Name, long Outputs, long Inputs, double Visits, bool IsAdaptable)
{
    /// <summary>Its weights.</summary>
    public long Weights => Outputs * Inputs;
}
