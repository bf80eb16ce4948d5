using Plumbline.Training.Runs;

namespace Plumbline.Quickstart.Tests;

/// <summary>An observer that keeps the messages and nothing else.</summary>
internal sealed class Silence : IRunObserver
{
    public List<string> Messages { get; } = [];

    public void OnStep(StepReport report)
    {
    }

    public void OnMessage(RunMessage message) => Messages.Add(message.Text);
}
