using TorchSharp;

namespace Plumbline.Models.Quantization;

/// <summary>A matrix in whole numbers from −127 to 127 with one scale a row: w = code · greatest / 127, greatest = max |w| of the row.</summary>
/// <remarks>
/// Source: Dettmers et al. 2022, arXiv:2208.07339, section 2.1, vector-wise (its outliers in 16 bits are not needed here: inputs stay in full precision). Named and
/// laid out as bitsandbytes saves it: <c>weight</c>, int8; <c>SCB</c>, the greatest; <c>weight_format</c>, 0 for row after row.
/// </remarks>
internal sealed class Int8Matrix : PackedMatrix
{
    /// <summary>The name of the scales, behind the module's.</summary>
    public const string ScaleName = ".SCB";

    private const double Greatest = 127;

    private readonly Tensor _codes, _greatest, _format; // int8, (out, in); float32, (out); uint8

    /// <summary>Takes the tensors over.</summary>
    /// <param name="codes">int8, (out, in).</param>
    /// <param name="greatest">float32, (out).</param>
    public Int8Matrix(Tensor codes, Tensor greatest) =>
        (_codes, _greatest, _format) = (codes.DetachFromDisposeScope(), greatest.DetachFromDisposeScope(), torch.tensor((byte)0).DetachFromDisposeScope());

    public override long Rows => _codes.shape[0];

    public override long Columns => _codes.shape[1];

    public override torch.Device Device => _codes.device;

    /// <summary>The nearest codes of a weight, (out, in), of any floating type.</summary>
    public static Int8Matrix Quantize(Tensor weight)
    {
        using var noGradient = torch.no_grad();
        long rows = weight.shape[0];
        Tensor codes = torch.empty(weight.shape, torch.ScalarType.Int8, weight.device), greatest = torch.empty(rows, torch.ScalarType.Float32, weight.device);
        foreach ((long first, long count) in PackedWeights.RowBlocks(weight))
        {
            using var scope = torch.NewDisposeScope();
            Tensor wide = weight.narrow(0, first, count).to(torch.ScalarType.Float32);
            Tensor most = wide.abs().amax([1L]);                                                  // (count)
            Tensor factors = torch.where(most.gt(0), Greatest / most, torch.zeros_like(most));
            codes.narrow(0, first, count).copy_((wide * factors.unsqueeze(1)).round_());
            greatest.narrow(0, first, count).copy_(most);
        }
        return new Int8Matrix(codes, greatest);
    }

    public override Tensor Unpack(long first, long count, torch.ScalarType dtype)
    {
        using var scope = torch.NewDisposeScope();
        torch.ScalarType wide = dtype == torch.ScalarType.Float64 ? dtype : torch.ScalarType.Float32;
        Tensor scales = (_greatest.narrow(0, first, count) / Greatest).unsqueeze(1);              // (count, 1)
        return _codes.narrow(0, first, count).to(wide).mul_(scales).to(dtype).MoveToOuterDisposeScope();
    }

    public override IEnumerable<KeyValuePair<string, Tensor>> Tensors(string module) =>
        [new(module + ".weight", _codes), new(module + ScaleName, _greatest), new(module + ".weight_format", _format)];
}
