using TorchSharp;

namespace Plumbline.Training.Rewards;

/// <summary>Rows of tokens padded on the right to one length.</summary>
internal static class TokenMatrix
{
    /// <summary>Ids, int64, (B, T), and presence, bool, (B, T), in the caller's dispose scope.</summary>
    public static (Tensor Ids, Tensor Present) Pack(IReadOnlyList<int[]> rows, torch.Device? device)
    {
        int length = Math.Max(1, rows.Max(r => r.Length));
        long[] ids = new long[rows.Count * length];
        bool[] present = new bool[rows.Count * length];
        for (int i = 0; i < rows.Count; i++)
            for (int t = 0; t < rows[i].Length; t++)
            {
                ids[i * length + t] = rows[i][t];
                present[i * length + t] = true;
            }
        return (torch.tensor(ids, device: device).view(rows.Count, length), torch.tensor(present, device: device).view(rows.Count, length));
    }
}
