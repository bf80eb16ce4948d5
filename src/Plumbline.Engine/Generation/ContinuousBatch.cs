using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Plumbline.Engine.Sampling;
using Plumbline.Models.Decoder;
using TorchSharp;

namespace Plumbline.Engine.Generation;

/// <summary>Keeps up to <paramref name="maxRows"/> rows in motion: a finished row leaves at once and the next takes its place.</summary>
/// <remarks>
/// One pass runs the rows' new tokens together with the whole prompts of rows just begun, without padding. What prompts have in common
/// is run once and shared by reference in a cache of this run's own. Where <paramref name="decoder"/> is given, it decodes the running rows
/// apart from the prompts. Continuous batching after Yu et al. 2022 (Orca), section 3. Serves one run.
/// </remarks>
internal sealed class ContinuousBatch(DecoderModel model, PagedCache cache, int maxRows, RowDecoder? decoder = null)
{
    private const int TokensAtOnce = 2048;          // of a pass, which bounds its memory
    private const int LogitsAtOnce = 1 << 26;       // of a draw, likewise
    private const int WorthSharingOut = 1 << 18;    // logits of a draw below which one thread is faster than waking another

    private readonly List<GenerationRow> _active = [];
    private readonly List<PromptNode> _fresh = [];  // prompts of rows just begun, parents before children

    // The pass being prepared: tokens, their places, and the prompts that end in it with the index of their last token.
    private readonly List<long> _ids = [], _positions = [];
    private readonly List<(PromptNode Node, int Index)> _ended = [];

    /// <summary>Samples all rows, begun in their order as places come free.</summary>
    public void Run(IReadOnlyList<GenerationRow> rows, Action<int, int>? onToken, Action<int, Completion>? onFinished, CancellationToken cancellationToken)
    {
        using var scope = torch.NewDisposeScope();
        var tree = new PromptTree(rows);
        var waiting = new Queue<GenerationRow>(rows);
        while (_active.Count + waiting.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var stepScope = torch.NewDisposeScope();
            while (_active.Count < maxRows && waiting.TryDequeue(out GenerationRow? row))
            {
                row.Prompt = tree.Leaf(row.Request.PromptIds);
                Plan(row.Prompt);
                _active.Add(row);
            }
            (int Id, float LogProb)[] drawn = Advance();
            for (int i = 0; i < drawn.Length; i++)
            {
                _active[i].Add(drawn[i].Id, drawn[i].LogProb);
                onToken?.Invoke(_active[i].Index, drawn[i].Id);
            }
            GenerationRow[] finished = [.. _active.Where(row => row.Finished)];
            _active.RemoveAll(row => row.Finished);
            foreach (GenerationRow row in finished)
            {
                Leave(row);
                onFinished?.Invoke(row.Index, row.Completion);
            }
        }
    }

    private void Plan(PromptNode node)
    {
        if (node.IsPlanned)
            return;
        if (node.Parent is { } parent)
            Plan(parent);
        node.IsPlanned = true;
        _fresh.Add(node);
    }

    // Runs fresh prompts and each running row's last token, and draws the rows' next tokens.
    private (int Id, float LogProb)[] Advance()
    {
        var drawn = new (int Id, float LogProb)[_active.Count];
        int running = _active.TakeWhile(row => row.LastId is not null).Count(); // rows just begun stand behind the others
        RunPrompts();
        var states = new List<Tensor>();
        if (decoder is not null)
            Decode(running, drawn);
        else if (RunTogether(running) is { } hidden)
            states.Add(hidden);
        states.AddRange(_active.Skip(running).Select(row => row.Prompt!.Last!));
        if (states.Count > 0)
            Draw(states.Count == 1 ? states[0] : torch.cat(states), drawn);
        return drawn;
    }

    // The running rows' states, if any, from one pass with the prompts that are still prepared.
    private Tensor? RunTogether(int running)
    {
        Continue(0, running);
        int ahead = _ids.Count - running;
        Tensor? hidden = _ids.Count > 0 ? RunPass() : null;
        return running > 0 ? hidden!.narrow(0, ahead, running) : null;
    }

    // Runs the prompts that are still prepared, then the running rows, whose next tokens are drawn at once.
    private void Decode(int running, (int Id, float LogProb)[] drawn)
    {
        if (_ids.Count > 0)
            _ = RunPass();
        for (int from = 0; from < running; from += RowDecoder.RowsAtOnce)
        {
            int count = Math.Min(RowDecoder.RowsAtOnce, running - from);
            Continue(from, count);
            Span<float> logits = decoder!.Logits(CollectionsMarshal.AsSpan(_ids), CollectionsMarshal.AsSpan(_positions));
            Clear();
            Draw(logits, drawn, from, count);
        }
    }

    private void Continue(int from, int count)
    {
        foreach (GenerationRow row in _active.Skip(from).Take(count))
        {
            row.Segment ??= cache.Open(row.Prompt!.Segment);
            Add(row.Segment, [row.LastId!.Value]);
        }
    }

    // Leaves the last prompts prepared, where running rows may join them.
    private void RunPrompts()
    {
        cache.Begin();
        foreach (PromptNode node in _fresh)
        {
            node.Segment = cache.Open(node.Parent?.Segment);
            // Where a prompt is cut depends on itself alone, lest its last digits hang on what else is in the pass.
            for (int from = 0; from < node.Ids.Count; from += TokensAtOnce)
            {
                ArraySegment<int> piece = node.Ids.Slice(from, Math.Min(TokensAtOnce, node.Ids.Count - from));
                if (_ids.Count + piece.Count > TokensAtOnce)
                    _ = RunPass();
                Add(node.Segment, piece);
            }
            if (node.IsLeaf)
                _ended.Add((node, _ids.Count - 1));
        }
        _fresh.Clear();
    }

    private void Add(CacheSegment segment, ReadOnlySpan<int> ids)
    {
        for (int i = 0; i < ids.Length; i++)
        {
            _ids.Add(ids[i]);
            _positions.Add(segment.End + i);
        }
        cache.Extend(segment, ids.Length);
    }

    // The prepared tokens' hidden states, (tokens, width).
    private Tensor RunPass()
    {
        Tensor ids = torch.tensor(_ids.ToArray()).unsqueeze(1), positions = torch.tensor(_positions.ToArray()).unsqueeze(1);
        Tensor hidden = model.Hidden(ids, positions, null, cache).squeeze(1);
        foreach ((PromptNode node, int index) in _ended)
            node.Last = hidden.narrow(0, index, 1).clone().MoveToOuterDisposeScope();
        Clear();
        return hidden;
    }

    // The prepared pass was run; the next may be prepared.
    private void Clear()
    {
        _ids.Clear();
        _positions.Clear();
        _ended.Clear();
        cache.Begin();
    }

    // Draws the last active rows' tokens from the states before them, (rows, width).
    private void Draw(Tensor states, (int Id, float LogProb)[] drawn)
    {
        int rows = (int)states.shape[0], first = drawn.Length - rows, rowsAtOnce = Math.Max(1, LogitsAtOnce / model.Config.VocabSize);
        for (int from = 0; from < rows; from += rowsAtOnce)
        {
            int count = Math.Min(rowsAtOnce, rows - from);
            using Tensor logits = model.Logits(count == rows ? states : states.narrow(0, from, count));
            Draw(MemoryMarshal.Cast<byte, float>(logits.bytes), drawn, first + from, count);
        }
    }

    private unsafe void Draw(Span<float> logits, (int Id, float LogProb)[] drawn, int from, int count)
    {
        int vocabulary = model.Config.VocabSize, threads = torch.get_num_threads();
        float* data = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(logits)); // the library's memory or the decoder's, which do not move
        void DrawRow(int i)
        {
            GenerationRow row = _active[from + i];
            var own = new Span<float>(data + (long)i * vocabulary, vocabulary);
            foreach (int id in row.Forbidden)
                own[id] = float.NegativeInfinity;
            drawn[from + i] = RowSampler.Sample(own, row.Uniform(), row.Seen, row.Sampling);
        }
        if (threads > 1 && (long)count * vocabulary >= WorthSharingOut)
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, DrawRow);
        else
            for (int i = 0; i < count; i++)
                DrawRow(i);
    }

    // Gives back the row's own cache, and that of every prompt which no other completion needs.
    private void Leave(GenerationRow row)
    {
        if (row.Segment is { } segment)
            cache.Close(segment);
        for (PromptNode? node = row.Prompt; node is not null; node = node.Parent)
            if (--node.Unfinished == 0)
            {
                cache.Close(node.Segment!);
                node.Last?.Dispose();
            }
    }
}
