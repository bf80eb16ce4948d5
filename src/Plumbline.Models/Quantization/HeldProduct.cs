using TorchSharp;

namespace Plumbline.Models.Quantization;

/// <summary>Products with a matrix that may be held in another type than it is computed in: it is then frozen, and widened some rows at a time.</summary>
public static class HeldProduct
{
    /// <summary>x·Wᵀ, in the type of x.</summary>
    /// <param name="x">(..., in).</param>
    /// <param name="weight">(out, in).</param>
    /// <returns>(..., out).</returns>
    public static Tensor Linear(Tensor x, Tensor weight) =>
        x.dtype == weight.dtype ? torch.nn.functional.linear(x, weight) : PackedProduct.Linear(x, new RoundedMatrix(weight), null);

    /// <summary>x·W, in the type of x; where the types differ, without a way back.</summary>
    /// <param name="x">(..., out).</param>
    /// <param name="weight">(out, in).</param>
    /// <returns>(..., in).</returns>
    public static Tensor Times(Tensor x, Tensor weight) => x.dtype == weight.dtype ? x.matmul(weight) : PackedProduct.Transposed(x, new RoundedMatrix(weight));
}
