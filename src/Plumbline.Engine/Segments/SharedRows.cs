using Plumbline.Models.Decoder;
using TorchSharp;

namespace Plumbline.Engine.Segments;

/// <summary>Rows laid out with every prompt once: the tokens, and where each place of the separate rows is found.</summary>
/// <remarks>Owns its tensors. B rows, L the longest.</remarks>
internal sealed class SharedRows : IDisposable
{
    private readonly Tensor _placeOf; // int64, (B·L)

    private SharedRows(SharedPrefix prefix, Tensor ids, Tensor placeOf) =>
        (Prefix, Ids, _placeOf) = (prefix, ids.DetachFromDisposeScope(), placeOf.DetachFromDisposeScope());

    /// <summary>The layout.</summary>
    public SharedPrefix Prefix { get; }

    /// <summary>The tokens, int64, (1, <see cref="SharedPrefix.Tokens"/>).</summary>
    public Tensor Ids { get; }

    /// <summary>The layout of rows whose prompts are the same arrays; null where sharing them does not pay.</summary>
    public static SharedRows? Of(IReadOnlyList<int[]> prompts, IReadOnlyList<int[]> completions, torch.Device? device)
    {
        int[][] distinct = [.. prompts.Distinct<int[]>(ReferenceEqualityComparer.Instance)];
        int b = prompts.Count, p = distinct.Max(d => d.Length), c = Math.Max(1, completions.Max(r => r.Length));
        int length = prompts.Zip(completions, (prompt, completion) => prompt.Length + completion.Length).Max();
        if (!RowLayout.Shares(distinct.Length, p, b, c, length))
            return null;
        var index = new Dictionary<int[], int>(ReferenceEqualityComparer.Instance);
        int[] groups = [.. prompts.Select(prompt => index.TryGetValue(prompt, out int known) ? known : index[prompt] = index.Count)];
        var prefix = new SharedPrefix([.. distinct.Select(d => d.Length)], groups, c, device);
        long[] ids = new long[prefix.Tokens], placeOf = new long[b * length];
        for (int i = 0; i < distinct.Length; i++)
            for (int k = 0; k < distinct[i].Length; k++)
                ids[i * p + k] = distinct[i][k];
        for (int row = 0; row < b; row++)
        {
            int first = distinct.Length * p + row * c, promptLength = prompts[row].Length;
            for (int k = 0; k < completions[row].Length; k++)
                ids[first + k] = completions[row][k];
            for (int k = 0; k < promptLength + completions[row].Length; k++)
                placeOf[row * length + k] = k < promptLength ? groups[row] * p + k : first + k - promptLength;
        }
        using var scope = torch.NewDisposeScope();
        return new SharedRows(prefix, torch.tensor(ids, device: device).unsqueeze(0), torch.tensor(placeOf, device: device));
    }

    /// <summary>Where places of the flattened (B·L) rows are found among the tokens, int64, (N), in the caller's dispose scope.</summary>
    public Tensor PlacesOf(Tensor places) => _placeOf.index_select(0, places);

    public void Dispose()
    {
        Prefix.Dispose();
        Ids.Dispose();
        _placeOf.Dispose();
    }
}
