using TorchSharp;

namespace Plumbline.Engine.Segments;

/// <summary>Rows of prompt and completion tokens, packed for one forward pass: padded on the right, with the places of the tokens that count.</summary>
/// <remarks>Owns its tensors. B rows, L the longest row, T the longest completion, N counted tokens in all.</remarks>
public sealed class TokenRows : IDisposable
{
    private TokenRows(Tensor ids, Tensor predictors, Tensor targets, Tensor cells, Tensor mask, SharedRows? shared)
    {
        Shared = shared;
        Ids = ids.DetachFromDisposeScope();
        Predictors = predictors.DetachFromDisposeScope();
        Targets = targets.DetachFromDisposeScope();
        Cells = cells.DetachFromDisposeScope();
        Mask = mask.DetachFromDisposeScope();
    }

    /// <summary>All tokens, int64, (B, L).</summary>
    public Tensor Ids { get; }

    /// <summary>Where in the flattened (B·L) hidden states each counted token is predicted: one place before it. int64, (N).</summary>
    public Tensor Predictors { get; }

    /// <summary>The counted tokens, int64, (N).</summary>
    public Tensor Targets { get; }

    /// <summary>Where in the flattened (B·T) matrix of completions each counted token stands. int64, (N).</summary>
    public Tensor Cells { get; }

    /// <summary>True at tokens of the completion, bool, (B, T).</summary>
    public Tensor Mask { get; }

    /// <summary>The same tokens with every prompt once; null where that does not pay.</summary>
    internal SharedRows? Shared { get; }

    /// <summary>Packs rows.</summary>
    /// <param name="prompts">Tokens before the completion; at least one a row. Rows with the same array may share its computation.</param>
    /// <param name="completions">Tokens whose log-probabilities are wanted; may be empty.</param>
    /// <param name="device">Where the tensors shall live.</param>
    /// <exception cref="ArgumentException">A prompt is empty, or the counts differ.</exception>
    public static TokenRows Pack(IReadOnlyList<int[]> prompts, IReadOnlyList<int[]> completions, torch.Device? device = null)
    {
        if (prompts.Count != completions.Count || prompts.Count == 0)
            throw new ArgumentException($"There are {prompts.Count} prompts and {completions.Count} completions; as many of each, and at least one, are wanted.");
        if (prompts.Any(p => p.Length == 0))
            throw new ArgumentException("A prompt has no tokens, so nothing predicts the first token of its completion. Give it at least a beginning-of-text token.");
        int b = prompts.Count;
        int length = Enumerable.Range(0, b).Max(i => prompts[i].Length + completions[i].Length);
        int t = Math.Max(1, completions.Max(c => c.Length));
        long[] ids = new long[b * length];
        bool[] mask = new bool[b * t];
        List<long> predictors = [], targets = [], cells = [];
        for (int i = 0; i < b; i++)
        {
            for (int k = 0; k < prompts[i].Length; k++)
                ids[i * length + k] = prompts[i][k];
            for (int k = 0; k < completions[i].Length; k++)
            {
                int place = prompts[i].Length + k;
                ids[i * length + place] = completions[i][k];
                predictors.Add(i * length + place - 1);
                targets.Add(completions[i][k]);
                cells.Add(i * t + k);
                mask[i * t + k] = true;
            }
        }
        using var scope = torch.NewDisposeScope();
        return new TokenRows(
            torch.tensor(ids, device: device).view(b, length), torch.tensor(predictors.ToArray(), device: device),
            torch.tensor(targets.ToArray(), device: device), torch.tensor(cells.ToArray(), device: device), torch.tensor(mask, device: device).view(b, t),
            SharedRows.Of(prompts, completions, device));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Ids.Dispose();
        Predictors.Dispose();
        Targets.Dispose();
        Cells.Dispose();
        Mask.Dispose();
        Shared?.Dispose();
    }
}
