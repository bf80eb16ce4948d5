using System.Runtime.InteropServices;

namespace Plumbline.Models.Decoder;

/// <summary>Memory for keys and values in equal pages, used again when given back.</summary>
/// <remarks>
/// A page holds <see cref="Tokens"/> tokens of one segment in all layers: per layer and key-value head the keys as (D, tokens), so that
/// one query meets a whole vector of keys at once, then the values as (D/16, tokens, 16), so that a weighted sum reads them in order.
/// </remarks>
internal sealed unsafe class CachePages(int layers, int heads, int headDim) : IDisposable
{
    /// <summary>Tokens a page.</summary>
    public const int Tokens = 32;

    /// <summary>Floats of a vector of values; a head's width is rounded up to it.</summary>
    public const int Lanes = 16;

    private readonly List<nint> _all = [];
    private readonly Stack<nint> _free = [];
    private readonly int _keys = Tokens * headDim;                                // floats of one head's keys in one layer
    private readonly int _block = Tokens * (headDim + Chunks(headDim) * Lanes);   // and of its keys and values

    /// <summary>Pages in use.</summary>
    public int Used => _all.Count - _free.Count;

    /// <summary>Vectors that hold one value of <paramref name="headDim"/> floats.</summary>
    public static int Chunks(int headDim) => (headDim + Lanes - 1) / Lanes;

    public nint Take()
    {
        if (_free.TryPop(out nint page))
            return page;
        nuint bytes = (nuint)_block * (nuint)(layers * heads) * sizeof(float);
        void* memory = NativeMemory.AlignedAlloc(bytes, 64);
        NativeMemory.Clear(memory, bytes); // lanes that are computed but never used should at least be numbers
        _all.Add((nint)memory);
        return (nint)memory;
    }

    public void Return(nint page) => _free.Push(page);

    /// <summary>Keys of one head of one layer, (D, tokens).</summary>
    public float* Keys(nint page, int layer, int head) => (float*)page + (long)(layer * heads + head) * _block;

    /// <summary>Values of one head of one layer, (D/16, tokens, 16).</summary>
    public float* Values(nint page, int layer, int head) => Keys(page, layer, head) + _keys;

    public void Dispose()
    {
        foreach (nint page in _all)
            NativeMemory.AlignedFree((void*)page);
        _all.Clear();
        _free.Clear();
    }
}
