namespace Plumbline.Training.Runs;

/// <summary>An algorithm that advances in steps; the loop around it logs, evaluates, saves and resumes.</summary>
/// <remarks>One thread. After <see cref="SaveState"/> and <see cref="LoadState"/> every later step is the same, bit for bit.</remarks>
public interface ITrainer : IDisposable
{
    /// <summary>The command line's verb.</summary>
    string Verb { get; }

    /// <summary>Steps of the whole run.</summary>
    int TotalSteps { get; }

    /// <summary>Names of the objectives, for display; empty where there are none.</summary>
    IReadOnlyList<string> Objectives { get; }

    /// <summary>One step, counted from 1. Cancellation is obeyed only while the weights are unchanged.</summary>
    Task<Dictionary<string, double>> StepAsync(int step, CancellationToken cancellationToken);

    /// <summary>Metrics on held-out data, each named with the prefix <c>eval_</c>; empty where there is none.</summary>
    Task<Dictionary<string, double>> EvaluateAsync(int step, CancellationToken cancellationToken);

    /// <summary>How many numbers it holds; null where it does not say.</summary>
    ParameterCounts? Parameters => null;

    /// <summary>True once going on is of no use (early stopping); asked after every evaluation.</summary>
    bool HasConverged { get; }

    /// <summary>Writes all state of training into a folder.</summary>
    void SaveState(string directory);

    /// <summary>Restores what <see cref="SaveState"/> wrote.</summary>
    void LoadState(string directory);

    /// <summary>Writes the trained model.</summary>
    void Export(string directory);
}
