namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary>A value that can be called: a function, a method bound to its value, or a macro.</summary>
internal interface ICallable
{
    /// <summary>Calls it.</summary>
    object? Call(Arguments arguments, Rendering rendering);
}
