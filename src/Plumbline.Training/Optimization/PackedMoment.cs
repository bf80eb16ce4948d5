using Plumbline.Models.Quantization;
using TorchSharp;

namespace Plumbline.Training.Optimization;

/// <summary>A mean in 8 bits: for every 256 numbers their greatest magnitude, and for each the nearest level of a dynamic map.</summary>
/// <remarks>Source: Dettmers et al. 2022, arXiv:2110.02861, section 2. The block of 256 is bitsandbytes'.</remarks>
internal sealed class PackedMoment : Moment
{
    private readonly DynamicMap _map;
    private readonly torch.Device _device;
    private readonly long[] _shape;
    private readonly Tensor _codes, _greatest; // uint8, (n); float32, (n / 256)

    public PackedMoment(Tensor parameter, DynamicMap map, bool offloaded)
    {
        (_map, _device, _shape) = (map, parameter.device, parameter.shape);
        torch.Device here = offloaded ? torch.CPU : _device;
        _codes = torch.full(parameter.numel(), map.Nearest(0), dtype: torch.ScalarType.Byte, device: here).DetachFromDisposeScope();
        _greatest = torch.zeros(DynamicBlocks.Count(parameter.numel()), dtype: torch.ScalarType.Float32, device: here).DetachFromDisposeScope();
    }

    public override IEnumerable<KeyValuePair<string, Tensor>> State => [new("", _codes), new(".absmax", _greatest)];

    public override Tensor Take() => DynamicBlocks.Unpack(_codes, _greatest, _map).view(_shape).to(_device);

    public override void Keep(Tensor values) => DynamicBlocks.Pack(values.view(-1).to(_codes.device), _map, _codes, _greatest);
}
