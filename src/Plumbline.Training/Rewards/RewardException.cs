namespace Plumbline.Training.Rewards;

/// <summary>A reward source cannot score; the message names the source, what went wrong and what to mend.</summary>
/// <param name="message">The message.</param>
/// <param name="inner">The cause, when there is one.</param>
public sealed class RewardException(string message, Exception? inner = null) : Exception(message, inner);
