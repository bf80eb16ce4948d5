namespace Plumbline.Training.Runs;

/// <summary>Passes everything on to several observers, in order; to none, when there are none.</summary>
/// <param name="observers">Those it passes on to; not disposed by it.</param>
public sealed class CompositeObserver(params IRunObserver[] observers) : IRunObserver
{
    /// <inheritdoc/>
    public void OnStep(StepReport report)
    {
        foreach (IRunObserver observer in observers)
            observer.OnStep(report);
    }

    /// <inheritdoc/>
    public void OnMessage(RunMessage message)
    {
        foreach (IRunObserver observer in observers)
            observer.OnMessage(message);
    }
}
