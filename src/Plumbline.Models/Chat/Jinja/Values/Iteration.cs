namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary>Values as lists of elements.</summary>
internal static class Iteration
{
    /// <summary>The elements of a list, the characters of a text, the keys of a dictionary, nothing of what is undefined.</summary>
    /// <exception cref="JinjaException">The value has no elements.</exception>
    internal static IReadOnlyList<object?> Items(object? value) => value switch
    {
        Sequence sequence => sequence.Items,
        string text => CodePoints.Split(text),
        Mapping mapping => [.. mapping.Keys],
        Undefined => [],
        _ => throw new JinjaException($"{Describe.Kind(value)} has no elements to go through."),
    };

    /// <summary>How many they are.</summary>
    /// <exception cref="JinjaException">The value has no elements.</exception>
    internal static int Count(object? value) => value switch
    {
        string text => CodePoints.Count(text),
        Mapping mapping => mapping.Count,
        _ => Items(value).Count,
    };
}
