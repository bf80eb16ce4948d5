using System.Runtime.InteropServices;
using Plumbline.Models.Checkpoints;
using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>The pass of some rows through all layers, with room of its own that is kept from pass to pass.</summary>
internal sealed unsafe class RowPass : IDisposable
{
    private const long WorthSharingOut = 1 << 22;  // multiplications below which one thread is faster than waking another
    private const int Reading = 8;                 // multiplications that take as long as reading their weight from memory

    private readonly ModelConfig _config;
    private readonly PagedCache _cache;
    private readonly Action<int> _share;
    private readonly ParallelOptions _parallel = new();
    private readonly List<nint> _rooms = [];
    private float* _x, _normed, _query, _key, _value, _mixed, _gate, _up, _delta, _cosines, _sines;
    private int _capacity, _rows;

    // The product that is being shared out.
    private float* _input, _output;
    private DecodeMatrix _matrix;

    public RowPass(ModelConfig config, PagedCache cache) => (_config, _cache, _share) = (config, cache, Share);

    /// <summary>Runs the rows.</summary>
    /// <param name="weights">Of all layers.</param>
    /// <param name="inputs">The rows.</param>
    /// <param name="logits">Receives (rows, V).</param>
    /// <param name="threads">That products and attention may be shared out to.</param>
    public void Run(DecodeWeights weights, in RowInputs inputs, float* logits, int threads)
    {
        _rows = inputs.Count;
        _parallel.MaxDegreeOfParallelism = threads;
        Reserve();
        LookUp(weights, inputs);
        int width = _config.HiddenSize, mixedWidth = _config.NumAttentionHeads * _config.HeadDim, inner = _config.IntermediateSize;
        for (int i = 0; i < weights.Layers.Count; i++)
        {
            DecodeLayer layer = weights.Layers[i];
            Normalise(layer.InputNorm);
            Multiply(_normed, layer.Query, _query);
            Multiply(_normed, layer.Key, _key);
            Multiply(_normed, layer.Value, _value);
            if (layer.QueryNorm is not null)
                RowOperations.Normalise(_query, _rows * _config.NumAttentionHeads, _config.HeadDim, layer.QueryNorm, (float)_config.RmsNormEps, _query);
            if (layer.KeyNorm is not null)
                RowOperations.Normalise(_key, _rows * _config.NumKeyValueHeads, _config.HeadDim, layer.KeyNorm, (float)_config.RmsNormEps, _key);
            _cache.Attend(i, inputs.First, _rows, _query, _key, _value, _cosines, _sines, _mixed, layer.Window, threads);
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
        Normalise(weights.Norm);
        Multiply(_normed, weights.Head, logits);
    }

    private void Normalise(float* weight)
    {
        RowOperations.Normalise(_x, _rows, _config.HiddenSize, weight, (float)_config.RmsNormEps, _normed);
        RowProducts.Align(_normed, _rows, _config.HiddenSize);
    }

    // The tokens' embeddings, and the rotations of their places.
    private void LookUp(DecodeWeights weights, in RowInputs inputs)
    {
        int width = _config.HiddenSize, headDim = _config.HeadDim;
        ReadOnlySpan<long> ids = inputs.Ids.Span, positions = inputs.Positions.Span;
        for (int i = 0; i < ids.Length; i++)
        {
            Copy(weights.Embedding + ids[i] * width, _x + (long)i * width, width);
            Copy(inputs.Cosines + positions[i] * headDim, _cosines + (long)i * headDim, headDim);
            Copy(inputs.Sines + positions[i] * headDim, _sines + (long)i * headDim, headDim);
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
    public void Dispose() => Free();
}
