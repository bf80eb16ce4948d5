namespace Plumbline.Training.Runs;

/// <summary>Through this alone a trainer tells how it goes; logs and displays stand behind it.</summary>
/// <remarks>Called from the training thread, one call at a time, in order. An observer returns soon, keeps nothing that the caller may dispose, and changes nothing it is given.</remarks>
public interface IRunObserver
{
    /// <summary>A step is done.</summary>
    void OnStep(StepReport report);

    /// <summary>There is something to say.</summary>
    void OnMessage(RunMessage message);
}
