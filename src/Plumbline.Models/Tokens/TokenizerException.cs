namespace Plumbline.Models.Tokens;

/// <summary>A fault of a tokenizer's files, or of their fit to a model, that the user can mend; the message says how.</summary>
public sealed class TokenizerException : Exception
{
    /// <summary>A fault in the user's words.</summary>
    public TokenizerException(string message) : base(message)
    {
    }

    /// <summary>A fault in the user's words, with what caused it.</summary>
    public TokenizerException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
