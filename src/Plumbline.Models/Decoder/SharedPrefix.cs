using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>Rows that begin with the same prompts, laid out so that every prompt is run once: P prompts padded to one length, then B completions padded to another.</summary>
/// <remarks>
/// All layers but attention see one row of P·PromptLength + B·CompletionLength tokens. A completion attends to the keys of its prompt and its own,
/// so its gradient flows into the prompt's keys and values, where those of all its completions add up. Exact: nothing but the order of sums differs
/// from separate rows. Source: Prefix Grouper, arXiv:2506.05433. Owns its tensors.
/// </remarks>
internal sealed class SharedPrefix : IDisposable
{
    private readonly Tensor _groups, _lengths; // int64, (B): each completion's prompt, and how many tokens that has
    private readonly bool _alike; // all prompts have as many, so that one mask serves all rows

    /// <summary>Takes the layout.</summary>
    /// <param name="prompts">Tokens of each prompt, P of them.</param>
    /// <param name="groups">Which prompt each completion follows, B of them.</param>
    /// <param name="completionLength">What completions are padded to; at least 1.</param>
    /// <param name="device">Where the tensors shall live.</param>
    public SharedPrefix(IReadOnlyList<int> prompts, IReadOnlyList<int> groups, int completionLength, torch.Device? device)
    {
        (Prompts, Rows, PromptLength, CompletionLength) = (prompts.Count, groups.Count, prompts.Max(), completionLength);
        _alike = prompts.All(length => length == prompts[0]);
        using var scope = torch.NewDisposeScope();
        _groups = torch.tensor(groups.Select(g => (long)g).ToArray(), device: device).DetachFromDisposeScope();
        _lengths = torch.tensor(groups.Select(g => (long)prompts[g]).ToArray(), device: device).DetachFromDisposeScope();
        Tensor inPrompts = torch.arange(PromptLength, device: device).unsqueeze(0).expand(Prompts, PromptLength).reshape(-1);
        Tensor inCompletions = (_lengths.unsqueeze(1) + torch.arange(completionLength, device: device).unsqueeze(0)).reshape(-1);
        Positions = torch.cat([inPrompts, inCompletions]).unsqueeze(0).DetachFromDisposeScope();
    }

    /// <summary>P.</summary>
    public int Prompts { get; }

    /// <summary>B.</summary>
    public int Rows { get; }

    /// <summary>Tokens that every prompt is padded to, on the right.</summary>
    public int PromptLength { get; }

    /// <summary>Tokens that every completion is padded to, on the right.</summary>
    public int CompletionLength { get; }

    /// <summary>All tokens, padding included.</summary>
    public long Tokens => (long)Prompts * PromptLength + (long)Rows * CompletionLength;

    /// <summary>Each token's place in its row, int64, (1, Tokens).</summary>
    public Tensor Positions { get; }

    /// <summary>An upper bound of the positions.</summary>
    public long LastPosition => PromptLength + CompletionLength - 1;

    /// <summary>What a completion's tokens see of prompt and completion: additive, float32, (B or 1, 1, CompletionLength, PromptLength + CompletionLength), in the caller's dispose scope.</summary>
    /// <param name="window">Keys a query may see, itself included; null for all.</param>
    public Tensor Mask(int? window)
    {
        using var scope = torch.NewDisposeScope();
        Tensor own = torch.arange(CompletionLength, device: _lengths.device), prompt = torch.arange(PromptLength, device: _lengths.device);
        Tensor lengths = (_alike ? _lengths.narrow(0, 0, 1) : _lengths).view(-1, 1, 1);
        long rows = lengths.shape[0];
        Tensor query = lengths + own.view(1, -1, 1);                                                       // (B, C, 1)
        Tensor promptKey = prompt.view(1, 1, -1).expand(rows, 1, PromptLength);
        Tensor ownKey = lengths + own.view(1, 1, -1);                                                      // (B, 1, C)
        Tensor seen = torch.cat([promptKey.lt(lengths).expand(rows, CompletionLength, PromptLength), ownKey.le(query)], 2);
        if (window is { } width)
            seen = seen.logical_and(torch.cat([promptKey, ownKey], 2).gt(query - width));
        return torch.zeros(seen.shape, dtype: torch.ScalarType.Float32, device: seen.device)
            .masked_fill_(seen.logical_not(), float.MinValue).unsqueeze(1).MoveToOuterDisposeScope();
    }

    /// <summary>Attention of all tokens.</summary>
    /// <param name="query">(1, H, Tokens, D).</param>
    /// <param name="key">(1, Hkv, Tokens, D).</param>
    /// <param name="value">As <paramref name="key"/>.</param>
    /// <param name="mask">Of the completions, from <see cref="Mask"/>.</param>
    /// <param name="promptMask">Of the prompts; null for plain causality.</param>
    /// <param name="scoreCap">As <see cref="ScoreMixing.Mix"/> takes it.</param>
    /// <returns>(1, Tokens, H·D).</returns>
    public Tensor Attend(Tensor query, Tensor key, Tensor value, Tensor mask, Tensor? promptMask, double? scoreCap)
    {
        long group = query.shape[1] / key.shape[1];
        (Tensor promptKeys, Tensor promptValues) = (OfPrompts(key), OfPrompts(value));                      // (P, Hkv, PromptLength, D)
        Tensor keys = torch.cat([promptKeys.index_select(0, _groups), OfCompletions(key)], 2);             // (B, Hkv, PromptLength + CompletionLength, D)
        Tensor values = torch.cat([promptValues.index_select(0, _groups), OfCompletions(value)], 2);
        Tensor prompts = Mix(OfPrompts(query), promptKeys, promptValues, promptMask, group, scoreCap);
        Tensor completions = Mix(OfCompletions(query), keys, values, mask, group, scoreCap);
        return torch.cat([prompts, completions], 1);
    }

    // To (1, rows · T, H·D).
    private static Tensor Mix(Tensor query, Tensor key, Tensor value, Tensor? mask, long group, double? scoreCap)
    {
        if (group > 1)
            (key, value) = (Attention.Repeat(key, group), Attention.Repeat(value, group));
        if (mask is not null && mask.dtype != query.dtype)
            mask = mask.to(query.dtype);
        Tensor mixed = ScoreMixing.Mix(query, key, value, mask, causal: mask is null, scoreCap);
        return mixed.transpose(1, 2).reshape(1, query.shape[0] * query.shape[2], -1);
    }

    private Tensor OfPrompts(Tensor x) => Split(x.narrow(2, 0, (long)Prompts * PromptLength), Prompts, PromptLength);

    private Tensor OfCompletions(Tensor x) => Split(x.narrow(2, (long)Prompts * PromptLength, (long)Rows * CompletionLength), Rows, CompletionLength);

    // (1, H, rows · T, D) to (rows, H, T, D).
    private static Tensor Split(Tensor x, long rows, long length) => x.reshape(x.shape[1], rows, length, x.shape[3]).transpose(0, 1);

    public void Dispose()
    {
        _groups.Dispose();
        _lengths.Dispose();
        Positions.Dispose();
    }
}
