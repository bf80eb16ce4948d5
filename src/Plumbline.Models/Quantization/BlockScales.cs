using TorchSharp;

namespace Plumbline.Models.Quantization;

/// <summary>One scale for each block of weights: as it is, or in 8 bits around the mean of all (double quantisation).</summary>
/// <remarks>
/// In 8 bits: scale = level[code] · greatest of its 256 + offset, where the offset is the mean of all scales. Source: Dettmers et al. 2023, arXiv:2305.14314,
/// section 3, with bitsandbytes' dynamic map for the levels. Owns its tensors.
/// </remarks>
internal sealed class BlockScales
{
    private const int Together = 256;

    private readonly Tensor _scales; // float32, or uint8 codes, (blocks)
    private readonly Tensor? _greatest, _levels; // float32, (blocks / 256) and (256)

    private BlockScales(Tensor scales, Tensor? greatest, Tensor? levels, double offset)
    {
        _scales = scales.DetachFromDisposeScope();
        _greatest = greatest?.DetachFromDisposeScope();
        _levels = levels?.DetachFromDisposeScope();
        Offset = offset;
    }

    /// <summary>What is added to every scale in 8 bits.</summary>
    public double Offset { get; }

    /// <summary>Whether they are held in 8 bits.</summary>
    public bool AreNested => _greatest is not null;

    /// <summary>Scales as they are, float32, (blocks); taken over.</summary>
    public static BlockScales Plain(Tensor scales) => new(scales, null, null, 0);

    /// <summary>Scales in 8 bits; the tensors are taken over.</summary>
    /// <param name="codes">uint8, (blocks).</param>
    /// <param name="greatest">float32, (blocks / 256).</param>
    /// <param name="levels">float32, (256).</param>
    /// <param name="offset">What is added.</param>
    public static BlockScales Nested(Tensor codes, Tensor greatest, Tensor levels, double offset) => new(codes, greatest, levels, offset);

    /// <summary>The nearest scales in 8 bits.</summary>
    public static BlockScales Quantize(ReadOnlySpan<float> scales)
    {
        DynamicMap map = DynamicMap.Signed;
        double sum = 0;
        foreach (float scale in scales)
            sum += scale;
        float offset = (float)(sum / scales.Length);
        byte[] codes = new byte[scales.Length];
        float[] greatest = new float[(scales.Length + Together - 1) / Together];
        for (int i = 0; i < scales.Length; i++)
            greatest[i / Together] = Math.Max(greatest[i / Together], Math.Abs(scales[i] - offset));
        for (int i = 0; i < scales.Length; i++)
            codes[i] = greatest[i / Together] > 0 ? map.Nearest((scales[i] - offset) / greatest[i / Together]) : map.Nearest(0);
        return new BlockScales(torch.tensor(codes), torch.tensor(greatest), torch.tensor(map.Levels.ToArray()), offset);
    }

    /// <summary>Some blocks' scales, float32, (<paramref name="count"/>), in the caller's dispose scope.</summary>
    public Tensor Unpack(long first, long count)
    {
        if (_greatest is null)
            return _scales.narrow(0, first, count);
        using var scope = torch.NewDisposeScope();
        Tensor groups = torch.arange(first, first + count, device: _scales.device).div_(Together, torch.RoundingMode.floor);
        return _levels!.index_select(0, _scales.narrow(0, first, count).to(torch.ScalarType.Int64)).mul_(_greatest.index_select(0, groups)).add_(Offset).MoveToOuterDisposeScope();
    }

    /// <summary>The tensors that they consist of, as bitsandbytes names them, behind the weight's name.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> Tensors(string weight)
    {
        yield return new(weight + ".absmax", _scales);
        if (_greatest is null)
            yield break;
        yield return new(weight + ".nested_absmax", _greatest);
        yield return new(weight + ".nested_quant_map", _levels!);
    }
}
