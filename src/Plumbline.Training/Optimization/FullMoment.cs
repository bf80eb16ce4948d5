using TorchSharp;

namespace Plumbline.Training.Optimization;

/// <summary>A mean as it is, where its parameter lives or, offloaded, in the processor's memory: it then travels there and back at every step.</summary>
internal sealed class FullMoment : Moment
{
    private readonly Tensor _values;
    private readonly torch.Device? _away; // where it travels to

    public FullMoment(Tensor parameter, bool offloaded)
    {
        _away = offloaded && parameter.device_type != DeviceType.CPU ? parameter.device : null;
        _values = torch.zeros_like(parameter, device: offloaded ? torch.CPU : parameter.device).DetachFromDisposeScope();
    }

    public override IEnumerable<KeyValuePair<string, Tensor>> State => [new("", _values)];

    public override Tensor Take() => _away is null ? _values : _values.to(_away);

    public override void Keep(Tensor values)
    {
        if (_away is not null)
            _values.copy_(values);
    }
}
