using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Library;

/// <summary>The filters by name.</summary>
internal static class Filters
{
    private static readonly Dictionary<string, Filter> ByName = new[] { TextFilters.All, ListFilters.All, ValueFilters.All }
        .SelectMany(filters => filters).ToDictionary(filter => filter.Key, filter => filter.Value);

    /// <summary>A filter.</summary>
    /// <exception cref="JinjaException">There is none of that name.</exception>
    internal static Filter Find(string name) => ByName.TryGetValue(name, out Filter? filter) ? filter
        : throw new JinjaException($"there is no filter '{name}'. The filters are {string.Join(", ", ByName.Keys.Order(StringComparer.Ordinal))}.");

    /// <summary>The text that a filter works on; a value of another kind is written as text first, as Jinja does.</summary>
    internal static string Text(object? value) => PythonText.Of(value);
}
