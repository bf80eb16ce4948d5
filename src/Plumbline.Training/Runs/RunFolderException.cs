namespace Plumbline.Training.Runs;

/// <summary>A run folder cannot be used, read or written; the message says where, why and what to do.</summary>
public sealed class RunFolderException : Exception
{
    /// <summary>Makes one from its text.</summary>
    public RunFolderException(string message) : base(message) { }

    /// <summary>Makes one from its text and what the system said.</summary>
    public RunFolderException(string message, Exception inner) : base(message, inner) { }
}
