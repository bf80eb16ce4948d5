namespace Plumbline.Core.Statistics;

/// <summary>How often one of two paired scores is the higher.</summary>
/// <param name="Rate">(wins + ties / 2) / pairs, in [0, 1]; NaN without pairs.</param>
/// <param name="Interval">Paired bootstrap interval of the rate, 95 %.</param>
/// <param name="Wins">Pairs in which the challenger scored higher.</param>
/// <param name="Ties">Pairs whose scores are equal.</param>
/// <param name="Losses">Pairs in which the challenger scored lower.</param>
public readonly record struct WinRate(double Rate, Interval Interval, int Wins, int Ties, int Losses)
{
    /// <summary>Compares scores pair by pair; pairs of which either is NaN are left out.</summary>
    /// <param name="challenger">Scores whose wins are counted, one a prompt.</param>
    /// <param name="opponent">Scores on the same prompts.</param>
    /// <param name="seed">Seed of the interval.</param>
    /// <exception cref="ShapeException">The lengths differ.</exception>
    public static WinRate Of(ReadOnlySpan<double> challenger, ReadOnlySpan<double> opponent, long seed)
    {
        Shapes.RequireCount(challenger.Length, opponent.Length, nameof(opponent));
        var outcomes = new List<double>(challenger.Length);
        for (int i = 0; i < challenger.Length; i++)
            if (!double.IsNaN(challenger[i]) && !double.IsNaN(opponent[i]))
                outcomes.Add(challenger[i] > opponent[i] ? 1 : challenger[i] < opponent[i] ? 0 : 0.5);
        double[] values = [.. outcomes];
        return new WinRate(Summary.Of(values).Mean, BootstrapMean.Compute(values, seed), values.Count(v => v == 1), values.Count(v => v == 0.5), values.Count(v => v == 0));
    }
}
