namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary>Names kinds of values for messages.</summary>
internal static class Describe
{
    /// <summary>Such as "a list".</summary>
    internal static string Kind(object? value) => value switch
    {
        null => "none",
        Undefined undefined => $"not there ({undefined.Why})",
        bool => "true or false",
        long => "a whole number",
        double => "a number",
        string => "text",
        Sequence { IsTuple: true } => "a tuple",
        Sequence => "a list",
        Mapping => "a dictionary",
        IAttributes attributes => $"a {attributes.Kind}",
        _ => "a function",
    };
}
