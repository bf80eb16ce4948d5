namespace Plumbline.Models.Hub;

/// <summary>The hub refused, did not answer, or sent what it should not have; the message says what happened and what to do.</summary>
public class HubException : Exception
{
    /// <summary>Creates the exception with what was wrong, where, and how to mend it.</summary>
    public HubException(string message, Exception? inner = null) : base(message, inner) { }
}
