using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Library;

/// <summary>Filters on lists, dictionaries and texts as lists.</summary>
/// <remarks>Source: filters.py of pallets/jinja 3.1. What is lazy there is a list here.</remarks>
internal static class ListFilters
{
    /// <summary>The filters by name.</summary>
    internal static IReadOnlyDictionary<string, Filter> All { get; } = new Dictionary<string, Filter>
    {
        ["length"] = (value, _, _) => (long)Iteration.Count(value),
        ["count"] = (value, _, _) => (long)Iteration.Count(value),
        ["list"] = (value, _, _) => new Sequence(Iteration.Items(value)),
        ["first"] = (value, _, _) => Iteration.Items(value) is [var first, ..] ? first : new Undefined("there is no first element"),
        ["last"] = (value, _, _) => Iteration.Items(value) is [.., var last] ? last : new Undefined("there is no last element"),
        ["items"] = (value, _, _) => value is Undefined ? new Sequence([]) : AsMapping(value, "items").ItemList,
        ["reverse"] = (value, _, rendering) => value is string ? Access.Slice(value, null, null, -1L, rendering) : new Sequence([.. Iteration.Items(value).Reverse()]),
        ["map"] = Map,
        ["select"] = (value, given, rendering) => Chosen(value, item => Holds(item, given, 0, rendering)),
        ["reject"] = (value, given, rendering) => Chosen(value, item => !Holds(item, given, 0, rendering)),
        ["selectattr"] = (value, given, rendering) => Chosen(value, item => Holds(Paths.Get(item, given.Need(0, "attribute")), given, 1, rendering)),
        ["rejectattr"] = (value, given, rendering) => Chosen(value, item => !Holds(Paths.Get(item, given.Need(0, "attribute")), given, 1, rendering)),
        ["dictsort"] = DictSort,
        ["sort"] = Sort,
        ["unique"] = Unique,
        ["sum"] = Sum,
        ["min"] = (value, given, _) => Ordered(value, given).FirstOrDefault(new Undefined("there is no least element")),
        ["max"] = (value, given, _) => Ordered(value, given).LastOrDefault(new Undefined("there is no greatest element")),
    };

    private static Sequence Chosen(object? value, Func<object?, bool> keeps) => new([.. Iteration.Items(value).Where(keeps)]);

    // Whether a value passes the test named in the arguments from a place on; without one, whether it is true.
    private static bool Holds(object? value, Arguments given, int from, Rendering rendering)
    {
        rendering.Step(rendering.Line);
        return given.Positional.Count <= from ? Truth.Of(value) : Tests.Find(given.Text(from, "test"))(value, given.After(from + 1));
    }

    private static Sequence Map(object? value, Arguments given, Rendering rendering)
    {
        if (given.Positional.Count == 0)
        {
            object? attribute = given.Need(0, "attribute");
            object? Or(object? part) => part is Undefined ? given.Get(1, "default", part) : part;
            return new Sequence([.. Iteration.Items(value).Select(item => Or(Paths.Get(item, attribute)))]);
        }
        Filter filter = Filters.Find(given.Text(0, "filter"));
        Arguments rest = given.After(1);
        return new Sequence([.. Iteration.Items(value).Select(item => filter(item, rest, rendering))]);
    }

    private static Sequence DictSort(object? value, Arguments given, Rendering rendering)
    {
        int part = given.Text(1, "by", "key") == "value" ? 1 : 0;
        return Sorted(AsMapping(value, "dictsort").ItemList.Items, item => ((Sequence)item!).Items[part], given.Flag(0, "case_sensitive"), given.Flag(2, "reverse"));
    }

    private static Sequence Sort(object? value, Arguments given, Rendering rendering) =>
        Sorted(Iteration.Items(value), Key(given.Get(2, "attribute")), given.Flag(1, "case_sensitive"), given.Flag(0, "reverse"));

    private static IEnumerable<object?> Ordered(object? value, Arguments given) =>
        Sorted(Iteration.Items(value), Key(given.Get(1, "attribute")), given.Flag(0, "case_sensitive"), isReverse: false).Items;

    private static Sequence Sorted(IReadOnlyList<object?> items, Func<object?, object?> key, bool isCaseSensitive, bool isReverse)
    {
        Func<object?, object?> by = item => Folded(key(item), isCaseSensitive);
        var order = Comparer<object?>.Create(Equality.Compare);
        try
        {
            return new([.. isReverse ? items.OrderByDescending(by, order) : items.OrderBy(by, order)]);
        }
        catch (InvalidOperationException failure) when (failure.InnerException is JinjaException fault)
        {
            throw fault;
        }
    }

    private static Sequence Unique(object? value, Arguments given, Rendering rendering)
    {
        Func<object?, object?> key = Key(given.Get(1, "attribute"));
        bool isCaseSensitive = given.Flag(0, "case_sensitive");
        List<object?> seen = [], kept = [];
        foreach (object? item in Iteration.Items(value))
        {
            object? mark = Folded(key(item), isCaseSensitive);
            rendering.Make(16L * seen.Count);
            if (seen.Exists(other => Equality.Equal(other, mark)))
                continue;
            seen.Add(mark);
            kept.Add(item);
        }
        return new Sequence(kept);
    }

    private static object? Sum(object? value, Arguments given, Rendering rendering)
    {
        Func<object?, object?> key = Key(given.Get(0, "attribute"));
        return Iteration.Items(value).Aggregate(given.Get(1, "start", 0L), (sum, item) => Arithmetic.Binary("+", sum, key(item), rendering));
    }

    private static Func<object?, object?> Key(object? attribute) => item => attribute is null ? item : Paths.Get(item, attribute);

    private static object? Folded(object? value, bool isCaseSensitive) => value is string text && !isCaseSensitive ? text.ToLowerInvariant() : value;

    private static Mapping AsMapping(object? value, string filter) =>
        value as Mapping ?? throw new JinjaException($"'{filter}' is put to {Describe.Kind(value)}, but must be to a dictionary.");
}
