namespace Plumbline.Models.Decoder;

/// <summary>Projections of one input, such as query, key and value, each with its adapter's share.</summary>
internal static class Projections
{
    /// <summary>(..., in) to (..., out) each.</summary>
    /// <param name="x">Their input.</param>
    /// <param name="merge">Whether adapters may run merged: only where a row's last digits may depend on how many rows there are, so not in sampling.</param>
    /// <param name="projections">In the order of the result.</param>
    public static Tensor[] Forward(Tensor x, bool merge, params Linear[] projections)
    {
        var results = new Tensor[projections.Length];
        List<int> merged = [];
        long rows = x.numel() / x.shape[^1];
        for (int i = 0; i < projections.Length; i++)
            if (merge && MergedProjections.Takes(projections[i], x.dtype, rows))
                merged.Add(i);
            else
                results[i] = projections[i].Forward(x);
        if (merged.Count == 0)
            return results;
        IReadOnlyList<Tensor> together = MergedProjections.Run(x, [.. merged.Select(i => projections[i])]);
        for (int k = 0; k < merged.Count; k++)
            results[merged[k]] = together[k];
        return results;
    }
}
