using TorchSharp;

namespace Plumbline.Training.Sft;

/// <summary>Which tokens of packed completions count in the loss, as a matrix.</summary>
internal static class LearnedMatrix
{
    /// <summary>1 where a token counts, 0 elsewhere, with shape, dtype and device of the log-probabilities, (B, T). Padding, whose log-probability is 0, may be either.</summary>
    internal static Tensor Of(IReadOnlyList<SftExample> rows, Tensor logProbs)
    {
        if (rows.All(row => row.Learned is null))
            return torch.ones_like(logProbs);
        int width = (int)logProbs.shape[1];
        float[] counts = [.. rows.SelectMany(row => Enumerable.Range(0, width).Select(t => row.Learned is not { } learned || (t < learned.Length && learned[t]) ? 1f : 0f))];
        return torch.tensor(counts, [rows.Count, width], dtype: logProbs.dtype, device: logProbs.device);
    }
}
