namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary>A value that is not there: false, empty text, empty list; anything else that is done with it is a fault.</summary>
/// <param name="Why">What is missing, for messages.</param>
internal sealed record Undefined(string Why)
{
    /// <summary>The fault of using it.</summary>
    internal JinjaException Fault() => new($"{Why}.");
}
