namespace Plumbline.Training.Remote;

/// <summary>A server did not do what was asked of it; the message names its address, what it did, and what to look at.</summary>
/// <param name="message">The message.</param>
/// <param name="inner">The cause, when there is one.</param>
public sealed class RemoteException(string message, Exception? inner = null) : Exception(message, inner);
