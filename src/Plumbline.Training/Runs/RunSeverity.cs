namespace Plumbline.Training.Runs;

/// <summary>How a message is meant.</summary>
public enum RunSeverity
{
    /// <summary>Something that happened, such as a saved checkpoint.</summary>
    Information,

    /// <summary>The run does not learn as it should, with what to try.</summary>
    Advice,

    /// <summary>Something failed that the run can do without.</summary>
    Warning,
}
