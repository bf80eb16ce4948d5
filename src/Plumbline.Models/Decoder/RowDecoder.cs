using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Plumbline.Models.Checkpoints;
using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>Runs a few new tokens through all layers without a tensor operation: decoding, where the library's cost is its operations.</summary>
/// <remarks>
/// For float32 models on a processor with vectors of 512 bits (<see cref="Serves"/>). Agrees with <see cref="DecoderModel.Hidden"/> and
/// <see cref="DecoderModel.Logits"/> to rounding; a row's logits are the same to the last bit whatever rows are beside it, and on any
/// number of threads. It reads the weights where they lie and, on one thread, allocates nothing per token. An active adapter is merged by
/// the first pass into copies of the weights it adapts. Not thread-safe; model, adapter and cache stay their owners', and weights must not
/// change from the first pass to the last.
/// </remarks>
public sealed unsafe class RowDecoder : IDisposable
{
    /// <summary>Rows of a pass up to which this was faster than tensor operations in every model measured; more are better run in several passes.</summary>
    public const int RowsAtOnce = 128;

    private const long WorthSharingOut = 1 << 22; // multiplications below which one thread is faster than waking another
    private const int Reading = 8;                // multiplications that take as long as reading their weight from memory

    private readonly DecoderModel _model;
    private readonly ModelConfig _config;
    private readonly PagedCache _cache;
    private readonly Action<int> _share;
    private readonly ParallelOptions _parallel = new();

    // Room for the rows of a pass, kept from pass to pass.
    private readonly List<nint> _rooms = [];
    private float* _x, _normed, _query, _key, _value, _mixed, _gate, _up, _delta, _cosines, _sines, _logits;
    private int _capacity, _rows;
    private DecodeWeights? _weights;

    // The rotations of all positions, as long as the table that was last seen holds them.
    private Tensor? _table;
    private float* _tableOfCosines, _tableOfSines;

    // The product that is being shared out.
    private float* _input, _output;
    private DecodeMatrix _matrix;

    /// <summary>Prepares to decode on <paramref name="cache"/>.</summary>
    public RowDecoder(DecoderModel model, PagedCache cache)
    {
        (_model, _config, _cache, _share) = (model, model.Config, cache, Share);
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
        _rows = ids.Length;
        _weights ??= new DecodeWeights(_model);
        Reserve();
        LookUp(ids, positions);
        _parallel.MaxDegreeOfParallelism = torch.get_num_threads();
        int width = _config.HiddenSize, mixedWidth = _config.NumAttentionHeads * _config.HeadDim, inner = _config.IntermediateSize;
        for (int i = 0; i < _weights.Layers.Count; i++)
        {
            DecodeLayer layer = _weights.Layers[i];
            Normalise(layer.InputNorm);
            Multiply(_normed, layer.Query, _query);
            Multiply(_normed, layer.Key, _key);
            Multiply(_normed, layer.Value, _value);
            if (layer.QueryNorm is not null)
                RowOperations.Normalise(_query, _rows * _config.NumAttentionHeads, _config.HeadDim, layer.QueryNorm, (float)_config.RmsNormEps, _query);
            if (layer.KeyNorm is not null)
                RowOperations.Normalise(_key, _rows * _config.NumKeyValueHeads, _config.HeadDim, layer.KeyNorm, (float)_config.RmsNormEps, _key);
            _cache.Attend(i, _rows, _query, _key, _value, _cosines, _sines, _mixed, layer.Window);
            RowProducts.Align(_mixed, _rows, mixedWidth);
            Multiply(_mixed, layer.Output, _delta);
            RowOperations.Add(_x, _delta, (long)_rows * width);

            Normalise(layer.PostAttentionNorm);
            Multiply(_normed, layer.Gate, _gate);
            Multiply(_normed, layer.Up, _up);
            RowOperations.Gate(_gate, _up, (long)_rows * inner);
            RowProducts.Align(_gate, _rows, inner);
            Multiply(_gate, layer.Down, _delta);
            RowOperations.Add(_x, _delta, (long)_rows * width);
        }
        Normalise(_weights.Norm);
        Multiply(_normed, _weights.Head, _logits);
        return new Span<float>(_logits, _rows * _config.VocabSize);
    }

    private void Normalise(float* weight)
    {
        RowOperations.Normalise(_x, _rows, _config.HiddenSize, weight, (float)_config.RmsNormEps, _normed);
        RowProducts.Align(_normed, _rows, _config.HiddenSize);
    }

    // The tokens' embeddings, and the rotations of their places.
    private void LookUp(ReadOnlySpan<long> ids, ReadOnlySpan<long> positions)
    {
        int width = _config.HiddenSize, headDim = _config.HeadDim;
        long last = 0;
        foreach (long position in positions)
            last = Math.Max(last, position);
        (Tensor cosine, Tensor sine) = _model.Rotary.Tables(last + 1);
        if (!ReferenceEquals(cosine, _table))
        {
            _table = cosine;
            _tableOfCosines = DecodeWeights.Data(cosine);
            _tableOfSines = DecodeWeights.Data(sine);
        }
        for (int i = 0; i < ids.Length; i++)
        {
            if ((ulong)ids[i] >= (ulong)_config.VocabSize || positions[i] < 0)
                throw new ArgumentOutOfRangeException(nameof(ids), $"Token {ids[i]} at place {positions[i]} cannot be run: tokens are 0 to {_config.VocabSize - 1}, and places begin at 0.");
            Copy(_weights!.Embedding + ids[i] * width, _x + (long)i * width, width);
            Copy(_tableOfCosines + positions[i] * headDim, _cosines + (long)i * headDim, headDim);
            Copy(_tableOfSines + positions[i] * headDim, _sines + (long)i * headDim, headDim);
        }
    }

    private static void Copy(float* from, float* to, int count) => new ReadOnlySpan<float>(from, count).CopyTo(new Span<float>(to, count));

    private void Multiply(float* x, in DecodeMatrix matrix, float* y)
    {
        if (_parallel.MaxDegreeOfParallelism > 1 && (_rows + Reading) * (long)matrix.Inputs * matrix.Outputs >= WorthSharingOut)
        {
            _input = x;
            _matrix = matrix;
            _output = y;
            Parallel.For(0, _parallel.MaxDegreeOfParallelism, _parallel, _share);
        }
        else
            RowProducts.Multiply(x, _rows, matrix.Weight, matrix.Inputs, y, matrix.Outputs, 0, matrix.Outputs);
        if (matrix.Bias is not null)
            RowOperations.AddToEach(y, _rows, matrix.Outputs, matrix.Bias);
    }

    // One thread's outputs of the product: as many as the others', cut where none is left over.
    private void Share(int part)
    {
        int Cut(int at) => at == _parallel.MaxDegreeOfParallelism
            ? _matrix.Outputs
            : (int)((long)_matrix.Outputs * at / _parallel.MaxDegreeOfParallelism) / RowProducts.Together * RowProducts.Together;
        RowProducts.Multiply(_input, _rows, _matrix.Weight, _matrix.Inputs, _output, _matrix.Outputs, Cut(part), Cut(part + 1));
    }

    private void Reserve()
    {
        if (_rows <= _capacity)
            return;
        Free();
        _capacity = _rows;
        int width = _config.HiddenSize, headDim = _config.HeadDim, inner = _config.IntermediateSize;
        _x = Room(width);
        _normed = Room(width);
        _delta = Room(width);
        _query = Room(_config.NumAttentionHeads * headDim);
        _key = Room(_config.NumKeyValueHeads * headDim);
        _value = Room(_config.NumKeyValueHeads * headDim);
        _mixed = Room(_config.NumAttentionHeads * headDim);
        _gate = Room(inner);
        _up = Room(inner);
        _cosines = Room(headDim);
        _sines = Room(headDim);
        _logits = Room(_config.VocabSize);
    }

    // Rows of that width, aligned or not, and what element-wise operations overwrite behind them.
    private float* Room(int width)
    {
        void* room = NativeMemory.AlignedAlloc(((nuint)_capacity * (nuint)RowProducts.Stride(width) + RowProducts.Lanes) * sizeof(float), 64);
        _rooms.Add((nint)room);
        return (float*)room;
    }

    private void Free()
    {
        foreach (nint room in _rooms)
            NativeMemory.AlignedFree((void*)room);
        _rooms.Clear();
        _capacity = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        _weights?.Dispose();
        _weights = null;
    }
}
