using System.Buffers.Binary;

namespace Plumbline.Models.Checkpoints;

/// <summary>The block format Q8_0: 32 values as signed bytes times one scale.</summary>
/// <remarks>
/// Source: quantize_row_q8_0_ref of ggml. The scale is max|x| / 127; the bytes are x over the unrounded scale, halves rounded away from
/// zero; the scale is stored as float16.
/// </remarks>
internal static class GgufBlocks
{
    /// <summary>Elements of a block.</summary>
    public const int Elements = 32;

    /// <summary>Bytes of a block: the scale, then the values.</summary>
    public const int Bytes = 2 + Elements;

    /// <summary>Quantises whole blocks.</summary>
    /// <param name="values">A multiple of <see cref="Elements"/>.</param>
    /// <returns><see cref="Bytes"/> a block.</returns>
    public static byte[] Quantize(ReadOnlySpan<float> values)
    {
        byte[] result = new byte[values.Length / Elements * Bytes];
        for (int block = 0; block < values.Length / Elements; block++)
        {
            ReadOnlySpan<float> source = values.Slice(block * Elements, Elements);
            Span<byte> target = result.AsSpan(block * Bytes, Bytes);
            float greatest = 0;
            foreach (float value in source)
                greatest = MathF.Max(greatest, MathF.Abs(value));
            float scale = greatest / 127f, inverse = scale > 0 ? 1f / scale : 0f;
            BinaryPrimitives.WriteHalfLittleEndian(target, (Half)scale);
            for (int i = 0; i < Elements; i++)
                target[2 + i] = (byte)(sbyte)MathF.Round(source[i] * inverse, MidpointRounding.AwayFromZero);
        }
        return result;
    }
}
