using TorchSharp;

namespace Plumbline.Models.Quantization;

/// <summary>A matrix in bfloat16 or float16, often a file's own memory.</summary>
/// <param name="weight">(out, in); taken over.</param>
internal sealed class RoundedMatrix(Tensor weight) : PackedMatrix
{
    public override long Rows => weight.shape[0];

    public override long Columns => weight.shape[1];

    public override torch.Device Device => weight.device;

    public override Tensor Unpack(long first, long count, torch.ScalarType dtype) => weight.narrow(0, first, count).to(dtype);

    public override IEnumerable<KeyValuePair<string, Tensor>> Tensors(string module) => [new(module + ".weight", weight)];
}
