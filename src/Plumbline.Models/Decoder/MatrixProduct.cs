using System.Runtime.Intrinsics.X86;
using TorchSharp;

namespace Plumbline.Models.Decoder;

/// <summary>x·Wᵀ + b by the faster of libtorch's two ways.</summary>
/// <remarks>
/// libtorch multiplies float32 matrices with MKL, which uses AVX-512 on Intel's processors only; its convolutions are oneDNN's, which use it on all. A 1x1 convolution
/// over an image with channels last is the same product, of the same memory, and autograd knows its gradients. Both ways agree to rounding.
/// </remarks>
public static class MatrixProduct
{
    // Below it the ordinary product is as fast: a convolution lays the weight out anew, and each size is compiled when first met.
    private const long LeastRows = 96, LeastMultiplications = 8L << 20;

    // libtorch hands smaller images to a kernel of its own.
    private const long LeastInputs = 20_480;

    // The new layout is a second copy of the weight for as long as the product runs.
    private const long GreatestWeight = 64L << 20;

    /// <summary>Whether large products run as convolutions: by default where MKL would leave half of the processor unused. Set it before the first product; a run then repeats bit for bit.</summary>
    public static bool ByConvolution { get; set; } = Avx512F.IsSupported && !IsIntel();

    /// <summary>Rows filled up to a number that is met often: each number of rows is compiled when first met. The number itself where products do not run as convolutions.</summary>
    /// <param name="rows">Rows, 0 or more.</param>
    public static long RoundUp(long rows) => rows + (Grain(rows) - rows % Grain(rows)) % Grain(rows);

    /// <summary>What <see cref="RoundUp"/> rounds to; 1 where there is no need.</summary>
    public static long Grain(long rows) => Convolves && rows >= LeastRows ? Steps(rows) : 1;

    /// <summary>16 steps from one power of two to the next, and no fewer than 16 rows: at most a sixth is filled in, from 512 rows on a sixteenth.</summary>
    internal static long Steps(long rows) => Math.Max(16, (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)rows) / 32);

    /// <summary>The product.</summary>
    /// <param name="x">(..., in).</param>
    /// <param name="weight">(out, in).</param>
    /// <param name="bias">(out), or null.</param>
    /// <returns>(..., out).</returns>
    public static Tensor Linear(Tensor x, Tensor weight, Tensor? bias = null) =>
        Convolves && IsLarge(x, weight) ? Convolve(x, weight, bias) : torch.nn.functional.linear(x, weight, bias);

    /// <summary>Wᵀ for <see cref="Linear"/>, as x·W is wanted: laid out anew where that product is then faster, else a view.</summary>
    /// <param name="weight">(out, in).</param>
    public static Tensor Transposed(Tensor weight) => Convolves && weight.device_type == DeviceType.CPU && weight.numel() <= GreatestWeight ? weight.t().contiguous() : weight.t();

    // With one thread libtorch convolves by an ordinary product.
    private static bool Convolves => ByConvolution && torch.get_num_threads() > 1;

    private static bool IsLarge(Tensor x, Tensor weight)
    {
        long inputs = x.numel(), width = weight.size(1), outputs = weight.size(0);
        return inputs > LeastInputs && inputs >= LeastRows * width && inputs * outputs >= LeastMultiplications && outputs * width <= GreatestWeight && weight.is_contiguous()
            && x.dtype == torch.ScalarType.Float32 && weight.dtype == torch.ScalarType.Float32 && x.device_type == DeviceType.CPU;
    }

    /// <summary>The product as a convolution. Parameters as for <see cref="Linear"/>.</summary>
    internal static Tensor Convolve(Tensor x, Tensor weight, Tensor? bias)
    {
        long[] shape = x.shape;
        long width = shape[^1], outputs = weight.size(0);
        Tensor image = x.reshape(1, -1, 1, width).permute(0, 3, 1, 2);                                       // (1, in, rows, 1)
        Tensor y = torch.nn.functional.conv2d(image, weight.view(outputs, 1, 1, width).permute(0, 3, 1, 2), bias);
        shape[^1] = outputs;
        return y.permute(0, 2, 3, 1).reshape(shape);
    }

    private static bool IsIntel()
    {
        if (!X86Base.IsSupported)
            return false;
        (_, int first, int third, int second) = X86Base.CpuId(0, 0); // "Genu", "ntel", "ineI"
        return (first, second, third) == (0x756e6547, 0x49656e69, 0x6c65746e);
    }
}
