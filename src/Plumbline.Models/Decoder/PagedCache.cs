using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Plumbline.Models.Checkpoints;
using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>Keys and values of many texts of different lengths, without padding, the beginnings that texts have in common held once.</summary>
/// <remarks>
/// For float32 models on the CPU (<see cref="Serves"/>). A text is a chain of segments. One pass takes any mixture of whole prompts and
/// single new tokens, flat: <see cref="Begin"/> and <see cref="Extend"/> say which, then <see cref="DecoderModel.Hidden"/> is given ids
/// and positions of shape (N, 1), one row a token, in the same order. Each token sees its own text up to itself: the result is what a cache of its own
/// would give, to rounding. Pages after Kwon et al. 2023, arXiv:2309.06180, section 4.1. Not thread-safe; needs no gradients.
/// </remarks>
public sealed unsafe class PagedCache : TokenCache
{
    /// <summary>Tokens of a text's beginning from which the library's causal kernel, which cuts it into squares, is faster than ours one by one.</summary>
    /// <remarks>Behind other tokens, or within a window, it would need a mask, which costs what it gains.</remarks>
    internal const int ManyTogether = 1024;

    private const long WorthSharingOut = 1 << 21; // multiplications below which one thread is faster than waking another

    [ThreadStatic]
    private static float[]? _scratch;

    private readonly int _heads, _keyValueHeads, _headDim;
    private readonly bool _slides;
    private readonly double? _scoreCap;
    private readonly CachePages _pages;

    // The pass being run: the place of every token, then either its piece or its query with the chain of pages that it sees.
    private readonly List<Place> _places = [];
    private readonly List<Piece> _pieces = [];
    private readonly List<Query> _queries = [];
    private readonly List<nint> _chain = [];
    private readonly List<int> _chainCounts = [];
    private long _passes;

    /// <summary>An empty cache for a model of that shape.</summary>
    public PagedCache(ModelConfig config)
    {
        (_heads, _keyValueHeads, _headDim) = (config.NumAttentionHeads, config.NumKeyValueHeads, config.HeadDim);
        _slides = config.SlidingWindow is not null;
        _scoreCap = config.Variant.AttnLogitSoftcapping;
        _pages = new CachePages(config.NumHiddenLayers, _keyValueHeads, _headDim);
    }

    // Where a new token's own key and value go.
    private readonly record struct Place(nint Page, int Lane);

    // A text's beginning mixed together: the pass's tokens from First on.
    private readonly record struct Piece(int First, int Count);

    // A new token mixed alone: which it is, where its chain begins, and how many tokens it sees.
    private readonly record struct Query(int Token, int Chain, int Visible);

    /// <summary>Whether no token of the pass sees another of it, so that rows may run apart.</summary>
    internal bool IsApart { get; private set; }

    /// <summary>Pages of 32 tokens in use.</summary>
    public int PagesInUse => _pages.Used;

    /// <summary>Whether the model's keys and values are such that this cache can hold them: float32 in the processor's memory.</summary>
    public static bool Serves(DecoderModel model) =>
        model.Precision.Computed == torch.ScalarType.Float32 && model.Embedding.device_type == DeviceType.CPU && model.Config.HeadDim % 2 == 0;

    /// <summary>Opens a text, or the continuation of one; the parent's tokens are shared, and it can grow no more.</summary>
    public CacheSegment Open(CacheSegment? parent = null)
    {
        if (parent is not null)
            (parent.Holders, parent.IsContinued) = (parent.Holders + 1, true);
        return new CacheSegment(this, parent);
    }

    /// <summary>Gives a segment back: its memory is free once nothing continues it.</summary>
    /// <exception cref="InvalidOperationException">It was closed before, or is another cache's.</exception>
    public void Close(CacheSegment segment)
    {
        if (segment.Holders == 0 || segment.Owner != this)
            throw new InvalidOperationException("This segment was closed before, or was opened by another cache. Each is closed once, by its own.");
        for (CacheSegment? at = segment; at is not null && --at.Holders == 0; at = at.Parent)
        {
            foreach (nint page in at.Pages)
                _pages.Return(page);
            at.Pages.Clear();
        }
    }

    /// <summary>Begins to prepare a pass.</summary>
    public void Begin()
    {
        _places.Clear();
        _pieces.Clear();
        _queries.Clear();
        _chain.Clear();
        _chainCounts.Clear();
        (Length, IsApart) = (0, true);
        _passes++;
    }

    /// <summary>Adds new tokens at the end of a segment to the pass; their places in the text are the segment's next.</summary>
    /// <remarks>What continues a segment may be opened and run in the same pass, after it.</remarks>
    /// <exception cref="InvalidOperationException">Another segment continues this one.</exception>
    public void Extend(CacheSegment segment, int count)
    {
        if (segment.IsContinued)
            throw new InvalidOperationException("A segment that another continues cannot grow: the tokens behind it have their places already.");
        IsApart &= count == 1 && !segment.IsIn(_passes);
        segment.Pass = _passes;
        bool together = segment.End == 0 && count >= ManyTogether && !_slides;
        if (together)
            _pieces.Add(new Piece(_places.Count, count));
        for (int i = 0; i < count; i++)
        {
            int lane = segment.Count % CachePages.Tokens;
            if (lane == 0)
                segment.Pages.Add(_pages.Take());
            segment.Count++;
            if (!together)
                _queries.Add(new Query(_places.Count, _chain.Count, segment.End));
            _places.Add(new Place(segment.Pages[^1], lane));
        }
        Length = Math.Max(Length, segment.End - 1);
        if (!together)
            AddChain(segment);
    }

    private void AddChain(CacheSegment segment)
    {
        if (segment.Parent is { } parent)
            AddChain(parent);
        for (int i = 0; i < segment.Pages.Count; i++)
        {
            _chain.Add(segment.Pages[i]);
            _chainCounts.Add(Math.Min(CachePages.Tokens, segment.Count - i * CachePages.Tokens));
        }
    }

    /// <inheritdoc/>
    internal override void Advance(long count)
    {
    }

    /// <summary>Rotates and stores the new keys and values of one layer, and mixes for every new token what it sees.</summary>
    /// <param name="layer">The layer's number.</param>
    /// <param name="query">(N, H, 1, D), not yet rotated.</param>
    /// <param name="key">(N, Hkv, 1, D), not yet rotated.</param>
    /// <param name="value">(N, Hkv, 1, D).</param>
    /// <param name="cosine">(N, 1, 1, D).</param>
    /// <param name="sine">(N, 1, 1, D).</param>
    /// <param name="window">Keys a token sees, itself included; null for all.</param>
    /// <returns>(N, 1, H·D).</returns>
    internal Tensor Attend(int layer, Tensor query, Tensor key, Tensor value, Tensor cosine, Tensor sine, int? window)
    {
        Require(query.shape[0], query.shape[2]);
        int threads = torch.get_num_threads();
        Tensor mixed = torch.empty(_places.Count, 1, _heads * _headDim, dtype: torch.ScalarType.Float32);
        var pass = new Pass(layer, 0, Data(query), Data(key), Data(value), Data(cosine), Data(sine), Data(mixed), window ?? int.MaxValue);
        Store(pass, _places.Count);
        MixAlone(pass, 0, _queries.Count, threads);
        foreach (Piece piece in _pieces)
        {
            using var scope = torch.NewDisposeScope();
            Tensor Own(Tensor x) => x.narrow(0, piece.First, piece.Count).transpose(0, 2); // (1, heads, T, D)
            Tensor cos = Own(cosine), sin = Own(sine);
            Tensor together = Attention.Attend(
                RotaryEmbedding.Rotate(Own(query), cos, sin), RotaryEmbedding.Rotate(Own(key), cos, sin), Own(value), mask: null, padded: false, _scoreCap);
            mixed.narrow(0, piece.First, piece.Count).copy_(together.transpose(0, 1)); // (T, 1, H·D)
        }
        return mixed;
    }

    /// <summary>The same for some of the tokens, in the processor's memory; several threads may do so at once where <see cref="IsApart"/>.</summary>
    /// <param name="layer">The layer's number.</param>
    /// <param name="first">The first of them in the pass.</param>
    /// <param name="tokens">N.</param>
    /// <param name="query">(N, H, D), not yet rotated.</param>
    /// <param name="key">(N, Hkv, D), not yet rotated.</param>
    /// <param name="value">(N, Hkv, D).</param>
    /// <param name="cosine">(N, D).</param>
    /// <param name="sine">(N, D).</param>
    /// <param name="mixed">Receives the result, (N, H, D).</param>
    /// <param name="window">Keys a token sees, itself included; null for all.</param>
    /// <param name="threads">That it may be shared out to.</param>
    internal void Attend(int layer, int first, int tokens, float* query, float* key, float* value, float* cosine, float* sine, float* mixed, int? window, int threads)
    {
        var pass = new Pass(layer, first, query, key, value, cosine, sine, mixed, window ?? int.MaxValue);
        Store(pass, tokens);
        MixAlone(pass, first, tokens, threads);
    }

    /// <summary>Refuses a pass of other tokens than it is prepared for, and, for those in the processor's memory, one that holds a long prompt.</summary>
    internal void Require(int tokens)
    {
        Require(tokens, 1);
        if (_pieces.Count > 0)
            throw new InvalidOperationException("The pass holds a prompt that is long enough to be mixed by tensor operations. Run it through the model.");
    }

    private void Require(long tokens, long together)
    {
        if (tokens != _places.Count || together != 1)
            throw new InvalidOperationException($"The pass has {tokens} x {together} tokens, but the cache was prepared for {_places.Count} x 1. Say with Begin and Extend what each pass holds.");
    }

    // Of the tokens that no piece holds, those from the first on.
    private void MixAlone(in Pass pass, int first, int count, int threads)
    {
        if (threads > 1 && Work(first, count) >= WorthSharingOut)
            MixShared(pass, first, count, threads);
        else
            for (int head = 0; head < _keyValueHeads; head++)
                Mix(pass, head, first, first + count);
    }

    private long Work(int first, int count)
    {
        long visible = 0;
        foreach (Query query in CollectionsMarshal.AsSpan(_queries).Slice(first, count))
            visible += query.Visible;
        return 2L * _heads * _headDim * visible;
    }

    // Each part is some of the tokens in one key-value head, so that a shared beginning is read while it is near.
    private void MixShared(Pass pass, int first, int count, int threads)
    {
        int cuts = Math.Clamp((2 * threads + _keyValueHeads - 1) / _keyValueHeads, 1, count);
        Parallel.For(0, _keyValueHeads * cuts, new ParallelOptions { MaxDegreeOfParallelism = threads }, part =>
        {
            int head = part / cuts, cut = part % cuts;
            Mix(pass, head, first + (int)((long)count * cut / cuts), first + (int)((long)count * (cut + 1) / cuts));
        });
    }

    // All new keys and values are stored before any is read: a token may see others of the same pass.
    private void Store(in Pass pass, int count)
    {
        for (int i = 0; i < count; i++)
        {
            (nint page, int lane) = _places[pass.First + i];
            for (int head = 0; head < _keyValueHeads; head++)
            {
                long from = ((long)i * _keyValueHeads + head) * _headDim;
                AttentionKernel.Rotate(
                    pass.Key + from, pass.Cosine + (long)i * _headDim, pass.Sine + (long)i * _headDim, _headDim, 1,
                    _pages.Keys(page, pass.Layer, head) + lane, CachePages.Tokens);
                float* values = _pages.Values(page, pass.Layer, head) + lane * CachePages.Lanes;
                for (int d = 0; d < _headDim; d += CachePages.Lanes, values += CachePages.Tokens * CachePages.Lanes)
                    Unsafe.CopyBlock(values, pass.Value + from + d, (uint)(Math.Min(CachePages.Lanes, _headDim - d) * sizeof(float)));
            }
        }
    }

    private void Mix(in Pass pass, int head, int from, int to)
    {
        int group = _heads / _keyValueHeads, chunks = CachePages.Chunks(_headDim), width = chunks * CachePages.Lanes;
        float* query = Scratch(((int)Length / CachePages.Tokens + 4) * CachePages.Tokens + 2 * width), sums = query + width, scores = sums + width + CachePages.Tokens; // a page of slack before and two behind
        float scale = (float)(1.0 / Math.Sqrt(_headDim));
        ReadOnlySpan<nint> chain = CollectionsMarshal.AsSpan(_chain);
        ReadOnlySpan<int> counts = CollectionsMarshal.AsSpan(_chainCounts);
        for (int i = from; i < to; i++)
        {
            (int token, int chainBegin, int visible) = _queries[i];
            token -= pass.First;
            int first = Math.Max(0, visible - pass.Window);
            for (int member = 0; member < group; member++)
            {
                long at = ((long)token * _heads + head * group + member) * _headDim;
                AttentionKernel.Rotate(pass.Query + at, pass.Cosine + (long)token * _headDim, pass.Sine + (long)token * _headDim, _headDim, scale, query, 1);
                // Lanes before the window and behind the page's last token land where nothing is read, or the next page overwrites them.
                int done = 0;
                for (int p = chainBegin; done < visible; done += counts[p++])
                    if (done + counts[p] > first)
                        AttentionKernel.Scores(query, _pages.Keys(chain[p], pass.Layer, head), _headDim, scores + done - first);
                if (_scoreCap is { } cap)
                    AttentionKernel.Cap(scores, visible - first, (float)cap);
                float sum = AttentionKernel.Exponentials(scores, visible - first);
                new Span<float>(sums, width).Clear();
                done = 0;
                for (int p = chainBegin; done < visible; done += counts[p++])
                {
                    int skipped = Math.Max(0, first - done), end = Math.Min(counts[p], visible - done);
                    if (end > skipped)
                        AttentionKernel.Mix(
                            scores + done + skipped - first, _pages.Values(chain[p], pass.Layer, head) + skipped * CachePages.Lanes, end - skipped, chunks, sums);
                }
                for (int d = 0; d < _headDim; d++)
                    pass.Mixed[at + d] = sums[d] / sum;
            }
        }
    }

    private static float* Scratch(int floats)
    {
        if (_scratch is null || _scratch.Length < floats)
            _scratch = GC.AllocateUninitializedArray<float>(floats, pinned: true);
        return (float*)Unsafe.AsPointer(ref _scratch[0]);
    }

    // The tensor's own memory, or that of a copy in the caller's dispose scope; either outlives the pass.
    private static float* Data(Tensor x) =>
        (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(x.contiguous().bytes));

    /// <inheritdoc/>
    public override void Dispose() => _pages.Dispose();

    private readonly struct Pass(int layer, int first, float* query, float* key, float* value, float* cosine, float* sine, float* mixed, int window)
    {
        public readonly int Layer = layer, First = first, Window = window;
        public readonly float* Query = query, Key = key, Value = value, Cosine = cosine, Sine = sine, Mixed = mixed;
    }
}
