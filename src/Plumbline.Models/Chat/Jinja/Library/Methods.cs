using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Library;

/// <summary>Python's methods of texts, lists and dictionaries, those that change nothing.</summary>
internal static class Methods
{
    private static readonly Dictionary<string, Func<Mapping, Arguments, object?>> OfMapping = new()
    {
        ["items"] = (mapping, _) => mapping.ItemList,
        ["keys"] = (mapping, _) => mapping.KeyList,
        ["values"] = (mapping, _) => mapping.ValueList,
        ["get"] = (mapping, given) => given.Need(0, "key") is { } key && mapping.TryGetValue(key, out object? value) ? value : given.Get(1, "default"),
        ["copy"] = (mapping, _) => mapping,
    };

    private static readonly Dictionary<string, Func<Sequence, Arguments, object?>> OfSequence = new()
    {
        ["index"] = (list, given) => list.Items.ToList().FindIndex(item => Equality.Equal(item, given.Need(0, "value"))) is var at and >= 0 ? (long)at
            : throw new JinjaException($"the list has no {PythonText.Quoted(given.Need(0, "value"))}."),
        ["count"] = (list, given) => (long)list.Items.Count(item => Equality.Equal(item, given.Need(0, "value"))),
        ["copy"] = (list, _) => list,
    };

    private static readonly string[] Changing =
        ["append", "extend", "insert", "pop", "remove", "clear", "sort", "reverse", "update", "setdefault", "popitem"];

    /// <summary>A method bound to its value; null where the value has none of that name.</summary>
    internal static ICallable? Find(object? value, string name) => value switch
    {
        string text when TextMethods.All.TryGetValue(name, out Func<string, Arguments, Rendering, object?>? method) => new Function((given, rendering) => method(text, given, rendering)),
        Mapping mapping when OfMapping.TryGetValue(name, out Func<Mapping, Arguments, object?>? method) => new Function((given, _) => method(mapping, given)),
        Sequence list when OfSequence.TryGetValue(name, out Func<Sequence, Arguments, object?>? method) => new Function((given, _) => method(list, given)),
        Sequence or Mapping when Changing.Contains(name) && !(value is Mapping own && own.ContainsKey(name)) => new Function((_, _) => throw new JinjaException(
            $"'{name}' would change {Describe.Kind(value)}, which templates may not, nor in transformers. Make a new one with '+', or set an attribute of a namespace.")),
        _ => null,
    };
}
