using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>Runs a few new tokens through all layers without a tensor operation: decoding, where the library's cost is its operations.</summary>
/// <remarks>
/// For float32 models on a processor with vectors of 512 bits (<see cref="Serves"/>). Agrees with <see cref="DecoderModel.Hidden"/> and
/// <see cref="DecoderModel.Logits"/> to rounding; a row's logits are the same to the last bit whatever rows are beside it, and on any
/// number of threads: many rows are dealt out to them, of few rows each product is shared out. It reads the weights where they lie and, on one thread, allocates nothing per token. An active adapter is merged by the first pass into copies of the
/// weights it adapts. Not thread-safe; model, adapter and cache stay their owners', and weights must not change from the first pass to the last.
/// </remarks>
public sealed unsafe class RowDecoder : IDisposable
{
    /// <summary>Rows of a pass up to which this was faster than tensor operations in every model measured; more are better run in several passes.</summary>
    public const int RowsAtOnce = 128;

    private const int WorthDealingOut = 8; // rows a thread, from which reading all weights costs it less than waiting for the others at every product

    private readonly DecoderModel _model;
    private readonly PagedCache _cache;
    private readonly List<RowPass> _passes = [];
    private readonly Action<int> _run;
    private long[] _ids = [], _positions = [];
    private int _rows, _parts;
    private DecodeWeights? _weights;
    private float* _logits;
    private int _capacity;

    // The rotations of all positions, as long as the table that was last seen holds them.
    private Tensor? _table;
    private float* _cosines, _sines;

    /// <summary>Prepares to decode on <paramref name="cache"/>.</summary>
    public RowDecoder(DecoderModel model, PagedCache cache)
    {
        (_model, _cache, _run) = (model, cache, Run);
    }

    /// <summary>Whether the model can be decoded so, and with profit.</summary>
    /// <remarks>Not where an adapter drops inputs out, or its merged weights would take more than 1 GiB, or a product has fewer than 16 inputs.</remarks>
    public static bool Serves(DecoderModel model) =>
        Vector512.IsHardwareAccelerated && PagedCache.Serves(model) && DecodeWeights.Serves(model)
        && Math.Min(Math.Min(model.Config.HiddenSize, model.Config.IntermediateSize), model.Config.NumAttentionHeads * model.Config.HeadDim) >= RowProducts.Lanes;

    /// <summary>Runs the tokens for which the cache is prepared (<see cref="PagedCache.Begin"/>, <see cref="PagedCache.Extend"/>).</summary>
    /// <param name="ids">The tokens, in the order in which the cache was told of them.</param>
    /// <param name="positions">Each token's place in its text.</param>
    /// <returns>Logits, (tokens, V), row after row, in memory that does not move; they may be written to, and last until the next call.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A token lies outside the vocabulary, or a place before the text.</exception>
    /// <exception cref="InvalidOperationException">The cache is prepared for other tokens.</exception>
    public Span<float> Logits(ReadOnlySpan<long> ids, ReadOnlySpan<long> positions)
    {
        Take(ids, positions);
        _cache.Require(_rows);
        int threads = torch.get_num_threads();
        _parts = _cache.IsApart && _rows >= WorthDealingOut * threads ? threads : 1;
        while (_passes.Count < _parts)
            _passes.Add(new RowPass(_model.Config, _cache));
        if (_parts == 1)
            _passes[0].Run(_weights!, Inputs(0, _rows), _logits, threads);
        else
            Parallel.For(0, _parts, new ParallelOptions { MaxDegreeOfParallelism = _parts }, _run);
        return new Span<float>(_logits, _rows * _model.Config.VocabSize);
    }

    // One thread's rows.
    private void Run(int part)
    {
        int first = _rows * part / _parts, end = _rows * (part + 1) / _parts;
        _passes[part].Run(_weights!, Inputs(first, end - first), _logits + (long)first * _model.Config.VocabSize, threads: 1);
    }

    private RowInputs Inputs(int first, int count) => new(first, _ids.AsMemory(first, count), _positions.AsMemory(first, count), _cosines, _sines);

    private void Take(ReadOnlySpan<long> ids, ReadOnlySpan<long> positions)
    {
        _rows = ids.Length;
        _weights ??= new DecodeWeights(_model);
        long last = 0;
        for (int i = 0; i < ids.Length; i++)
        {
            if ((ulong)ids[i] >= (ulong)_model.Config.VocabSize || positions[i] < 0)
                throw new ArgumentOutOfRangeException(nameof(ids), $"Token {ids[i]} at place {positions[i]} cannot be run: tokens are 0 to {_model.Config.VocabSize - 1}, and places begin at 0.");
            last = Math.Max(last, positions[i]);
        }
        if (_rows > _capacity)
        {
            NativeMemory.AlignedFree(_logits);
            _logits = (float*)NativeMemory.AlignedAlloc((nuint)_rows * (nuint)_model.Config.VocabSize * sizeof(float), 64);
            (_ids, _positions, _capacity) = (new long[_rows], new long[_rows], _rows);
        }
        ids.CopyTo(_ids);
        positions.CopyTo(_positions);
        (Tensor cosine, Tensor sine) = _model.Rotary.Tables(last + 1);
        if (!ReferenceEquals(cosine, _table))
        {
            _table = cosine;
            _cosines = DecodeWeights.Data(cosine);
            _sines = DecodeWeights.Data(sine);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (RowPass pass in _passes)
            pass.Dispose();
        _passes.Clear();
        NativeMemory.AlignedFree(_logits);
        _logits = null;
        _capacity = 0;
        _weights?.Dispose();
        _weights = null;
    }
}
