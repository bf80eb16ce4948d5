using Plumbline.Core.Losses;
using Plumbline.Training.Runs;
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
            Add(name, value, output.Tokens);
    }

    /// <summary>Adds |policy − sampler| of a micro-batch's counted tokens, nats, under TRL's names.</summary>
    /// <remarks>All three (B, T); with dropout, or completions of an earlier policy, the difference holds that too.</remarks>
    internal void AddSamplerGap(Tensor logProbs, Tensor samplerLogProbs, Tensor mask)
    {
        using var gradients = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Tensor gap = (logProbs - samplerLogProbs).abs().masked_fill(mask.logical_not(), 0.0);
        long tokens = mask.sum(type: torch.ScalarType.Int64).ToInt64();
        Add(MetricNames.SamplerGapMean, gap.sum().ToDouble() / Math.Max(1, tokens), tokens);
        Add(MetricNames.SamplerGapMax, gap.max().ToDouble(), tokens);
    }

    private void Add(string name, double value, long tokens)
    {
        (double sum, double weight) = _metrics.GetValueOrDefault(name);
        if (name.EndsWith("min", StringComparison.Ordinal))
            _metrics[name] = (weight == 0 ? value : Math.Min(sum, value), 1);
        else if (name.EndsWith("max", StringComparison.Ordinal))
            _metrics[name] = (weight == 0 ? value : Math.Max(sum, value), 1);
        else
            _metrics[name] = (sum + value * tokens, weight + tokens);
    }

    /// <summary>Sets a metric of the whole step.</summary>
    public void Note(string name, double value) => _metrics[name] = (value, 1);

    /// <summary>The averages.</summary>
    public IEnumerable<KeyValuePair<string, double>> Metrics() =>
        _metrics.Select(m => new KeyValuePair<string, double>(m.Key, m.Value.Weight > 0 ? m.Value.Sum / m.Value.Weight : 0));
}
