namespace Plumbline.Core.Statistics;

/// <summary>The volume that a set of points dominates: one figure for a whole frontier of objectives, all to be maximised.</summary>
public static class Hypervolume
{
    /// <summary>The measure of the union of the boxes between <paramref name="reference"/> and each point.</summary>
    /// <remarks>
    /// Exact, by slicing along the last objective (While et al. 2006, "A faster algorithm for calculating hypervolume", HSO). Its time grows as
    /// nᵈ⁻¹·log n: for the few objectives and points of a sweep. A point that does not exceed the reference in every objective adds nothing; one
    /// with a NaN adds nothing.
    /// </remarks>
    /// <param name="points">One vector of d scores each, in the objectives' units.</param>
    /// <param name="reference">The corner that counts as nothing gained, (d), d at least 1.</param>
    /// <returns>The volume, in the product of the objectives' units, never negative; 0 when no point exceeds the reference.</returns>
    /// <exception cref="ArgumentException">The reference is empty.</exception>
    /// <exception cref="ShapeException">A point has not as many scores as the reference.</exception>
    public static double Compute(IReadOnlyList<double[]> points, double[] reference)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(reference);
        if (reference.Length == 0)
            throw new ArgumentException("The reference has no objective. Give one number for each.", nameof(reference));
        foreach (double[] point in points)
            Shapes.RequireCount(reference.Length, point.Length, nameof(points));
        double[][] above = points.Where(point => point.Zip(reference).All(pair => pair.First > pair.Second)).ToArray();
        return Slice(above, reference, reference.Length);
    }

    private static double Slice(double[][] points, double[] reference, int objectives)
    {
        if (points.Length == 0)
            return 0;
        int last = objectives - 1;
        if (last == 0)
            return points.Max(point => point[0]) - reference[0];
        double[][] falling = points.OrderByDescending(point => point[last]).ToArray();
        double volume = 0;
        for (int i = 0; i < falling.Length; i++)
        {
            double height = falling[i][last] - (i + 1 < falling.Length ? falling[i + 1][last] : reference[last]);
            if (height > 0)
                volume += height * Slice(falling[..(i + 1)], reference, last);
        }
        return volume;
    }
}
