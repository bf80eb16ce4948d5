namespace Plumbline.Models.Quantization;

/// <summary>The 256 values of the dynamic 8-bit data type: dense around 0, seven decades deep.</summary>
/// <remarks>
/// Decade i of 0 to 6 is cut into 2^i parts (2^(i+1) without negative values), whose middles, times 10^(i−6), are its values; with 0 and 1 they are 256.
/// Source: Dettmers 2015, arXiv:1511.04561; Dettmers et al. 2022, arXiv:2110.02861, section 2.1. The values are those of bitsandbytes, to rounding.
/// </remarks>
public sealed class DynamicMap
{
    private const int Decades = 7;

    private readonly float[] _values, _middles;
    private readonly byte[] _starts = new byte[1 << 16]; // by the upper half of a number's bits: the least code that its nearest one can be

    private DynamicMap(bool signed)
    {
        _values = [.. Values(signed).Order()];
        _middles = [.. _values.Zip(_values.Skip(1), (low, high) => (float)((low + (double)high) / 2))];
        for (int half = 0; half < _starts.Length; half++)
        {
            // The number with these upper bits that is nearest to minus infinity: for a negative one, the lower bits are all ones.
            float least = BitConverter.Int32BitsToSingle((half << 16) | (half >= 0x8000 ? 0xFFFF : 0));
            int found = float.IsNaN(least) ? 0 : Array.BinarySearch(_middles, least);
            _starts[half] = (byte)(found < 0 ? ~found : found);
        }
    }

    /// <summary>Values from −0.993 to 1: of gradients' means, and of scales less their mean.</summary>
    public static DynamicMap Signed { get; } = new(signed: true);

    /// <summary>Values from 0 to 1: of gradients' mean squares.</summary>
    public static DynamicMap Unsigned { get; } = new(signed: false);

    /// <summary>The values by their codes, rising.</summary>
    public ReadOnlySpan<float> Levels => _values;

    /// <summary>The middles between neighbouring values, rising.</summary>
    internal ReadOnlySpan<float> Middles => _middles;

    /// <summary>The code of the nearest value; of two as near, the lower.</summary>
    public byte Nearest(float x)
    {
        int code = _starts[BitConverter.SingleToInt32Bits(x) >>> 16];
        while (code < _middles.Length && x > _middles[code])
            code++;
        return (byte)code;
    }

    private static IEnumerable<float> Values(bool signed)
    {
        for (int decade = 0; decade < Decades; decade++)
        {
            int parts = 1 << (signed ? decade : decade + 1);
            for (int part = 0; part < parts; part++)
            {
                double value = Math.Pow(10, decade - (Decades - 1)) * (0.1 + 0.9 * (part + 0.5) / parts);
                yield return (float)value;
                if (signed)
                    yield return (float)-value;
            }
        }
        yield return 0;
        yield return 1;
    }
}
