using System.Globalization;
using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Library;

/// <summary>Attributes as filters name them: <c>"function.name"</c>, or a whole number for an element.</summary>
internal static class Paths
{
    /// <summary>What lies at the end of the path.</summary>
    internal static object? Get(object? value, object? path) => path is not string names ? Access.Item(value, path)
        : names.Split('.').Aggregate(value, (at, name) =>
            Access.Item(at, long.TryParse(name, CultureInfo.InvariantCulture, out long index) ? index : name));
}
