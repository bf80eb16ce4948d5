namespace Plumbline.Training.Runs;

/// <summary>What a trainer tells after a step.</summary>
/// <param name="Verb">The command that runs: <c>grpo</c>, <c>sft</c>, <c>reward</c>, ...</param>
/// <param name="Step">Steps done, counted from 1 over the whole run, resumed or not.</param>
/// <param name="TotalSteps">Steps of the whole run.</param>
/// <param name="Elapsed">Time since this process began training.</param>
/// <param name="Metrics">Values by name (<see cref="MetricNames"/>), in the order to be written; not to be changed afterwards.</param>
/// <param name="ObjectiveNames">The objectives, in the order to be shown; empty where there are none.</param>
public sealed record StepReport(
    string Verb, int Step, int TotalSteps, TimeSpan Elapsed, IReadOnlyDictionary<string, double> Metrics, IReadOnlyList<string> ObjectiveNames);
