using Plumbline.Training.Runs;

namespace Plumbline.Cli.Display;

/// <summary>What a display remembers of a run: the course of its headline metrics, the pace, the latest messages.</summary>
internal sealed class RunHistory
{
    private const int PaceSteps = 20;
    private const int MostMessages = 5;
    private readonly Dictionary<string, List<double>> _series = [];
    private readonly Queue<(int Step, TimeSpan Elapsed)> _pace = new();
    private readonly Queue<RunMessage> _messages = new();

    /// <summary>The latest report; null before the first step.</summary>
    public StepReport? Latest { get; private set; }

    public IReadOnlyCollection<RunMessage> Messages => _messages;

    /// <summary>Reward, or where there is none the loss, and each objective: label, metric, values so far.</summary>
    public IEnumerable<(string Label, string Metric, IReadOnlyList<double> Values)> Headlines()
    {
        if (Latest is null)
            yield break;
        string first = _series.ContainsKey(MetricNames.Reward) ? MetricNames.Reward : MetricNames.Loss;
        var wanted = Latest.ObjectiveNames.Select(name => (Label: name, Metric: MetricNames.ObjectiveMean(name))).Prepend((first, first));
        foreach (var (label, metric) in wanted)
            if (_series.TryGetValue(metric, out List<double>? values))
                yield return (label, metric, values);
    }

    /// <summary>KL, length and pace, as far as the latest step has them.</summary>
    public IEnumerable<string> Details()
    {
        if (Latest is not { Metrics: var metrics })
            yield break;
        if (metrics.TryGetValue(MetricNames.Kl, out double kl))
            yield return $"kl {DisplayText.Number(kl)}";
        if (metrics.TryGetValue(MetricNames.MeanLength, out double length))
            yield return FormattableString.Invariant($"length {length:0.0}");
        if (metrics.TryGetValue(MetricNames.TokensPerSecond, out double pace))
            yield return FormattableString.Invariant($"{pace:#,0} tokens/s");
    }

    /// <summary>Time left at the pace of the last steps; null before the second step and after the last.</summary>
    public TimeSpan? TimeLeft()
    {
        if (Latest is null || _pace.Count < 2 || Latest.Step >= Latest.TotalSteps)
            return null;
        var (step, elapsed) = _pace.Peek();
        return (Latest.Elapsed - elapsed) / (Latest.Step - step) * (Latest.TotalSteps - Latest.Step);
    }

    public void Add(StepReport report)
    {
        Latest = report;
        foreach (string metric in report.ObjectiveNames.Select(MetricNames.ObjectiveMean).Append(MetricNames.Reward).Append(MetricNames.Loss))
            if (report.Metrics.TryGetValue(metric, out double value))
                (_series.TryGetValue(metric, out List<double>? values) ? values : _series[metric] = []).Add(value);
        if (_pace.LastOrDefault().Step >= report.Step)                       // another verb began anew
            _pace.Clear();
        _pace.Enqueue((report.Step, report.Elapsed));
        if (_pace.Count > PaceSteps)
            _pace.Dequeue();
    }

    public void Add(RunMessage message)
    {
        _messages.Enqueue(message);
        if (_messages.Count > MostMessages)
            _messages.Dequeue();
    }
}
