namespace Plumbline.Models.Chat.Jinja;

/// <summary>The template itself refused the conversation, by raise_exception.</summary>
internal sealed class RaisedException(string message) : Exception(message);
