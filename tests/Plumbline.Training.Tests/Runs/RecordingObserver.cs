using Plumbline.Training.Runs;

namespace Plumbline.Training.Tests.Runs;

internal sealed class RecordingObserver : IRunObserver
{
    public List<StepReport> Steps { get; } = [];

    public List<RunMessage> Messages { get; } = [];

    /// <summary>Called after each recorded step.</summary>
    public Action<StepReport>? Stepped { get; init; }

    public void OnStep(StepReport report)
    {
        Steps.Add(report);
        Stepped?.Invoke(report);
    }

    public void OnMessage(RunMessage message) => Messages.Add(message);
}
