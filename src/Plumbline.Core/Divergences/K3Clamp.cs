namespace Plumbline.Core.Divergences;

/// <summary>Bounds that keep k3 from overflowing; null = none. Beyond a bound the estimate carries no gradient.</summary>
/// <param name="Input">referenceLogProbs − logProbs is held to ± this, nats, above 0.</param>
/// <param name="Output">The estimate is held to ± this, nats, above 0.</param>
public sealed record K3Clamp(double? Input = null, double? Output = null)
{
    /// <summary>No bounds: TRL.</summary>
    public static K3Clamp None { get; } = new();

    internal IEnumerable<string> Faults(string path)
    {
        if (Input is not (null or (> 0 and < double.PositiveInfinity)))
            yield return $"{path}.input is {Input}, but a bound must be above 0. A usual value is 20; leave it out for none.";
        if (Output is not (null or (> 0 and < double.PositiveInfinity)))
            yield return $"{path}.output is {Output}, but a bound must be above 0. A usual value is 10; leave it out for none.";
    }
}
