namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary>Comparison of values, as in Python.</summary>
internal static class Equality
{
    /// <summary>Whether two values are equal; numbers and truth values by their number, lists and dictionaries by their contents.</summary>
    internal static bool Equal(object? left, object? right)
    {
        StackRoom.Require();
        return EqualParts(left, right);
    }

    private static bool EqualParts(object? left, object? right) => (left, right) switch
    {
        (Undefined, Undefined) => true,
        (string a, string b) => a == b,
        (Sequence a, Sequence b) => a.IsTuple == b.IsTuple && a.Items.Count == b.Items.Count && a.Items.Zip(b.Items).All(pair => Equal(pair.First, pair.Second)),
        (Mapping a, Mapping b) => a.Count == b.Count && a.All(item => b.TryGetValue(item.Key, out object? other) && Equal(item.Value, other)),
        _ when Arithmetic.Number(left) is { } a && Arithmetic.Number(right) is { } b => a is long x && b is long y ? x == y : Convert.ToDouble(a) == Convert.ToDouble(b),
        _ => ReferenceEquals(left, right),
    };

    /// <summary>Below 0, 0 or above 0 as the left comes before, with or after the right.</summary>
    /// <exception cref="JinjaException">The two have no order.</exception>
    internal static int Compare(object? left, object? right)
    {
        StackRoom.Require();
        if (left is string a && right is string b)
            return string.CompareOrdinal(a, b);
        if (Arithmetic.Number(left) is { } x && Arithmetic.Number(right) is { } y)
            return x is long m && y is long n ? m.CompareTo(n) : Convert.ToDouble(x).CompareTo(Convert.ToDouble(y));
        if (left is Sequence first && right is Sequence second && first.IsTuple == second.IsTuple)
            return first.Items.Zip(second.Items).Select(pair => Equal(pair.First, pair.Second) ? 0 : Compare(pair.First, pair.Second))
                .FirstOrDefault(order => order != 0, first.Items.Count.CompareTo(second.Items.Count));
        throw (left as Undefined ?? right as Undefined)?.Fault() ?? new JinjaException($"{Describe.Kind(left)} and {Describe.Kind(right)} have no order.");
    }

    /// <summary>Whether a list holds an element, a text a text, a dictionary a key.</summary>
    /// <exception cref="JinjaException">The container can hold nothing of the kind.</exception>
    internal static bool Contains(object? container, object? item) => container switch
    {
        string text => item is string part ? text.Contains(part, StringComparison.Ordinal)
            : throw new JinjaException($"'in' looks for {Describe.Kind(item)} in a text, but only text can stand in one."),
        Mapping mapping => item is not null && mapping.ContainsKey(item),
        Sequence or Undefined => Iteration.Items(container).Any(element => Equal(element, item)),
        _ => throw new JinjaException($"'in' looks into {Describe.Kind(container)}, which holds nothing."),
    };
}
