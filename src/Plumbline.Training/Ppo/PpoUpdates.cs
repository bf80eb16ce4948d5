using Plumbline.Core.Losses;
using Plumbline.Training.Rollouts;
using Plumbline.Training.Runs;
using TorchSharp;

namespace Plumbline.Training.Ppo;

/// <summary>What the updates of one step have in common: their losses, and how their mean ratios spread.</summary>
internal sealed class PpoUpdates
{
    private readonly List<double> _policyLosses = [], _valueLosses = [], _ratioSums = [], _tokens = [];

    /// <summary>The policy's metrics with the entropy, and with the clip's share under the name that all policy losses share.</summary>
    public static Dictionary<string, double> WithShared(IReadOnlyDictionary<string, double> metrics, double entropy) => new(metrics)
    {
        ["entropy"] = entropy,
        ["policy/entropy_avg"] = entropy,
        [MetricNames.ClipRegionMean] = metrics["policy/clipfrac_avg"],
    };

    /// <summary>Whether the policy is still the one that the step began with.</summary>
    public bool IsFirst => _policyLosses.Count == 1;

    /// <summary>Begins an update.</summary>
    public void Begin()
    {
        foreach (List<double> list in new[] { _policyLosses, _valueLosses, _ratioSums, _tokens })
            list.Add(0);
    }

    /// <summary>Adds a micro-batch's policy loss.</summary>
    public void AddPolicy(PolicyLossOutput output)
    {
        _policyLosses[^1] += output.Loss.ToDouble();
        _ratioSums[^1] += output.Metrics["val/ratio"] * output.Tokens;
        _tokens[^1] += output.Tokens;
    }

    /// <summary>Adds a micro-batch's value loss, not yet weighted.</summary>
    public void AddValue(PolicyLossOutput output) => _valueLosses[^1] += output.Loss.ToDouble();

    /// <summary>TRL's <c>loss/policy_avg</c>, <c>loss/value_avg</c> and <c>val/ratio_var</c> (unbiased, over updates; 0 for one).</summary>
    public void Tell(UpdateReport report)
    {
        double[] ratios = [.. _ratioSums.Zip(_tokens, (sum, tokens) => tokens > 0 ? sum / tokens : 1)];
        double mean = ratios.Average();
        report.Note("loss/policy_avg", _policyLosses.Average());
        report.Note("loss/value_avg", _valueLosses.Average());
        report.Note("val/ratio_var", ratios.Length < 2 ? 0 : ratios.Sum(r => (r - mean) * (r - mean)) / (ratios.Length - 1));
    }
}
