using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Library;

/// <summary>The tests by name.</summary>
/// <remarks>Source: tests.py of pallets/jinja 3.1.</remarks>
internal static class Tests
{
    private static readonly Dictionary<string, Test> ByName = new()
    {
        ["defined"] = (value, _) => value is not Undefined,
        ["undefined"] = (value, _) => value is Undefined,
        ["none"] = (value, _) => value is null,
        ["string"] = (value, _) => value is string,
        ["mapping"] = (value, _) => value is Mapping,
        ["sequence"] = (value, _) => value is Sequence or string or Mapping or Undefined,
        ["iterable"] = (value, _) => value is Sequence or string or Mapping or Undefined,
        ["number"] = (value, _) => value is long or double or bool,
        ["integer"] = (value, _) => value is long,
        ["float"] = (value, _) => value is double,
        ["boolean"] = (value, _) => value is bool,
        ["true"] = (value, _) => value is true,
        ["false"] = (value, _) => value is false,
        ["callable"] = (value, _) => value is ICallable,
        ["lower"] = (value, _) => Filters.Text(value) is var text && text.Any(char.IsLower) && !text.Any(char.IsUpper),
        ["upper"] = (value, _) => Filters.Text(value) is var text && text.Any(char.IsUpper) && !text.Any(char.IsLower),
        ["even"] = (value, given) => Remainder(value, 2L, given) == 0,
        ["odd"] = (value, given) => Remainder(value, 2L, given) == 1,
        ["divisibleby"] = (value, given) => Remainder(value, given.Need(0, "num"), given) == 0,
        ["in"] = (value, given) => Equality.Contains(given.Need(0, "seq"), value),
        ["sameas"] = (value, given) => given.Need(0, "other") is var other && (ReferenceEquals(value, other) || (value is bool && Equals(value, other))),
        ["equalto"] = Equal,
        ["eq"] = Equal,
        ["=="] = Equal,
        ["ne"] = NotEqual,
        ["!="] = NotEqual,
        ["lt"] = Less,
        ["<"] = Less,
        ["lessthan"] = Less,
        ["le"] = NotGreater,
        ["<="] = NotGreater,
        ["gt"] = Greater,
        [">"] = Greater,
        ["greaterthan"] = Greater,
        ["ge"] = NotLess,
        [">="] = NotLess,
    };

    /// <summary>A test.</summary>
    /// <exception cref="JinjaException">There is none of that name.</exception>
    internal static Test Find(string name) => ByName.TryGetValue(name, out Test? test) ? test
        : throw new JinjaException($"there is no test '{name}'. The tests are {string.Join(", ", ByName.Keys.Where(known => char.IsLetter(known[0])).Order(StringComparer.Ordinal))}.");

    private static bool Equal(object? value, Arguments given) => Equality.Equal(value, given.Need(0, "other"));

    private static bool NotEqual(object? value, Arguments given) => !Equal(value, given);

    private static bool Less(object? value, Arguments given) => Equality.Compare(value, given.Need(0, "other")) < 0;

    private static bool Greater(object? value, Arguments given) => Equality.Compare(value, given.Need(0, "other")) > 0;

    private static bool NotLess(object? value, Arguments given) => !Less(value, given);

    private static bool NotGreater(object? value, Arguments given) => !Greater(value, given);

    private static long? Remainder(object? value, object? divisor, Arguments given) =>
        (Arithmetic.Number(value), Arithmetic.Number(divisor)) switch
        {
            (long number, long by and not 0) => ((number % by) + by) % by,
            (double number, long by and not 0) => number % by is var rest && rest == Math.Floor(rest) ? (long)((rest + by) % by) : null,
            _ => throw new JinjaException($"the test '{given.What}' asks {Describe.Kind(value)} and {Describe.Kind(divisor)}, but needs whole numbers, the second not 0."),
        };
}
