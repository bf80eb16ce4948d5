namespace Plumbline.Models.Checkpoints;

/// <summary>A checkpoint, adapter or its configuration cannot be read or written; the message names the file, what was found and what was wanted.</summary>
public sealed class CheckpointException : Exception
{
    /// <summary>Creates the exception with what was wrong, where, and how to mend it.</summary>
    public CheckpointException(string message, Exception? inner = null) : base(message, inner) { }
}
