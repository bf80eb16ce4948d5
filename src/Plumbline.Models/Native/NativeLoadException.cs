namespace Plumbline.Models.Native;

/// <summary>libtorch cannot be loaded on this machine; the message says what to install.</summary>
public sealed class NativeLoadException : Exception
{
    /// <summary>Creates the exception with what was wrong and how to mend it.</summary>
    public NativeLoadException(string message, Exception? inner = null) : base(message, inner) { }
}
