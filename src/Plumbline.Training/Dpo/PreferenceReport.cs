using Plumbline.Core.Losses.Preference;
using TorchSharp;

namespace Plumbline.Training.Dpo;

/// <summary>Sums the losses of micro-batches and averages their metrics over pairs.</summary>
internal sealed class PreferenceReport
{
    private readonly Dictionary<string, double> _sums = [];
    private double _pairs;

    /// <summary>The loss so far: micro-batches are given shares of the step's.</summary>
    public double Loss { get; private set; }

    public void Add(PreferenceOutput output)
    {
        Loss += output.Loss.ToDouble();
        _pairs += output.Pairs;
        foreach ((string name, double value) in output.Metrics)
            _sums[name] = _sums.GetValueOrDefault(name) + value * output.Pairs;
    }

    public IEnumerable<KeyValuePair<string, double>> Metrics() => _sums.Select(sum => KeyValuePair.Create(sum.Key, sum.Value / _pairs));
}
