using Plumbline.Core.Losses;
using TorchSharp;

namespace Plumbline.Training.Rollouts;

/// <summary>Gathers what the losses of one step say.</summary>
public sealed class UpdateReport
{
    private readonly Dictionary<string, (double Sum, double Weight)> _metrics = [];
    private double _loss;

    /// <summary>The loss of the last iteration over the rollouts.</summary>
    public double Loss => _loss;

    /// <summary>The joint norm of the last iteration's gradients, before clipping.</summary>
    public double GradientNorm { get; set; }

    /// <summary>Updates left out because loss or gradient was not a number.</summary>
    public int Skipped { get; set; }

    /// <summary>Begins an iteration over the step's rollouts.</summary>
    public void BeginIteration()
    {
        _loss = 0;
    }

    /// <summary>Adds a micro-batch: losses sum, metrics are averaged by tokens, extremes kept.</summary>
    public void Add(PolicyLossOutput output)
    {
        _loss += output.Loss.ToDouble();
        foreach ((string name, double value) in output.Metrics)
        {
            (double sum, double weight) = _metrics.GetValueOrDefault(name);
            if (name.EndsWith("_min", StringComparison.Ordinal))
                _metrics[name] = (weight == 0 ? value : Math.Min(sum, value), 1);
            else if (name.EndsWith("_max", StringComparison.Ordinal))
                _metrics[name] = (weight == 0 ? value : Math.Max(sum, value), 1);
            else
                _metrics[name] = (sum + value * output.Tokens, weight + output.Tokens);
        }
    }

    /// <summary>Sets a metric of the whole step.</summary>
    public void Note(string name, double value) => _metrics[name] = (value, 1);

    /// <summary>The averages.</summary>
    public IEnumerable<KeyValuePair<string, double>> Metrics() =>
        _metrics.Select(m => new KeyValuePair<string, double>(m.Key, m.Value.Weight > 0 ? m.Value.Sum / m.Value.Weight : 0));
}
