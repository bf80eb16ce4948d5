namespace Plumbline.Models.Chat;

/// <summary>A chat template that cannot be read, or a conversation that it cannot render; the message says what the user can do.</summary>
public sealed class ChatTemplateException : Exception
{
    /// <summary>A fault in the user's words.</summary>
    public ChatTemplateException(string message) : base(message)
    {
    }

    /// <summary>A fault in the user's words, with what caused it.</summary>
    public ChatTemplateException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
