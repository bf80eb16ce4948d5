using Plumbline.Training.Runs;

namespace Plumbline.Training.Tests.Runs;

internal sealed class RecordingObserver : IRunObserver
{
    public List<StepReport> Steps { get; } = [];

    public List<RunMessage> Messages { get; } = [];

    public void OnStep(StepReport report) => Steps.Add(report);

    public void OnMessage(RunMessage message) => Messages.Add(message);
}
