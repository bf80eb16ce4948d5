using Plumbline.Models.Chat.Jinja.Library;

namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary>What stands after a value's point or in its brackets. What is not there is undefined, as in Jinja.</summary>
internal static class Access
{
    /// <summary>An attribute: <c>value.name</c>. A method comes before a dictionary's key.</summary>
    /// <exception cref="JinjaException">The value is itself undefined.</exception>
    internal static object? Attribute(object? value, string name) =>
        value is Undefined undefined ? throw undefined.Fault()
        : value is IAttributes attributes ? attributes.TryGet(name, out object? own) ? own : Missing(value, name)
        : Methods.Find(value, name) is { } method ? method
        : value is Mapping mapping && mapping.TryGetValue(name, out object? item) ? item
        : Missing(value, name);

    /// <summary>An element: <c>value[key]</c>. A dictionary's key comes before a method.</summary>
    /// <exception cref="JinjaException">The value is itself undefined.</exception>
    internal static object? Item(object? value, object? key) => (value, key) switch
    {
        (Undefined undefined, _) => throw undefined.Fault(),
        (Sequence sequence, long or bool) => Element(sequence.Items, (long)Arithmetic.Number(key)!),
        (string text, long or bool) => Element(CodePoints.Split(text), (long)Arithmetic.Number(key)!),
        (Mapping mapping, not null) when mapping.TryGetValue(key, out object? item) => item,
        (_, string name) => Attribute(value, name),
        _ => Missing(value, PythonText.Quoted(key)),
    };

    /// <summary>A slice: <c>value[start:stop:step]</c>.</summary>
    /// <exception cref="JinjaException">The value cannot be sliced, a bound is no whole number, or the step is 0.</exception>
    internal static object Slice(object? value, object? start, object? stop, object? step, Rendering rendering)
    {
        IReadOnlyList<object?> items = value switch
        {
            string text => CodePoints.Split(text),
            Sequence sequence => sequence.Items,
            _ => throw (value as Undefined)?.Fault() ?? new JinjaException($"{Describe.Kind(value)} cannot be sliced."),
        };
        long stride = Bound(step) ?? 1;
        if (stride == 0)
            throw new JinjaException("a slice with step 0 never ends.");
        long first = Place(Bound(start), items.Count, stride, stride > 0 ? 0 : items.Count - 1);
        long last = Place(Bound(stop), items.Count, stride, stride > 0 ? items.Count : -1);
        var taken = new List<object?>();
        for (long i = first; stride > 0 ? i < last : i > last; i += stride)
            taken.Add(items[(int)i]);
        rendering.Make(items.Count);
        return value is Sequence list ? list with { Items = taken } : string.Concat(taken);
    }

    private static object? Element(IReadOnlyList<object?> items, long index)
    {
        long place = index < 0 ? index + items.Count : index;
        return place >= 0 && place < items.Count ? items[(int)place] : new Undefined($"there is no element {index} among {items.Count}");
    }

    // A bound within the list: before its first element or behind its last at most.
    private static long Place(long? bound, int count, long stride, long otherwise) =>
        bound is not { } place ? otherwise : Math.Clamp(place < 0 ? place + count : place, stride > 0 ? 0 : -1, stride > 0 ? count : count - 1);

    private static long? Bound(object? value) => value switch
    {
        null => null,
        long number => Math.Clamp(number, -int.MaxValue, int.MaxValue),
        _ => throw new JinjaException($"a bound of a slice is {Describe.Kind(value)}, but must be a whole number."),
    };

    private static Undefined Missing(object? value, string name) => new($"{Describe.Kind(value)} has no '{name}'");
}
