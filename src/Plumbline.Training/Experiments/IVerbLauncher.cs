namespace Plumbline.Training.Experiments;

/// <summary>Runs one of the ordinary verbs as a user would, so that an arm can be run again by hand and its memory is its own.</summary>
/// <remarks>One at a time. A run that is cancelled has saved what it can when the task ends, with <see cref="OperationCanceledException"/>.</remarks>
public interface IVerbLauncher
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="arguments">The verb and its options.</param>
    /// <param name="cancellationToken">Stops it as Ctrl-C does.</param>
    /// <returns>Its standard output and its wall-clock seconds.</returns>
    /// <exception cref="Runs.TrainingException">It failed; the message holds its own.</exception>
    Task<VerbResult> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken);
}
