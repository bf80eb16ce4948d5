using System.Globalization;
using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Library;

/// <summary>Filters that give numbers, or stand in for what is missing.</summary>
/// <remarks>Source: filters.py of pallets/jinja 3.1.</remarks>
internal static class ValueFilters
{
    /// <summary>The filters by name.</summary>
    internal static IReadOnlyDictionary<string, Filter> All { get; } = new Dictionary<string, Filter>
    {
        ["default"] = Default,
        ["d"] = Default,
        ["int"] = (value, given, _) => Whole(value) ?? given.Get(0, "default", 0L),
        ["float"] = (value, given, _) => Real(value) ?? given.Get(0, "default", 0.0),
        ["abs"] = (value, _, _) => Equality.Compare(value, 0L) < 0 ? Arithmetic.Negative(value) : Arithmetic.Number(value),
        ["round"] = (value, given, _) => Round(value, given.Number(0, "precision", 0), given.Text(1, "method", "common")),
    };

    private static object? Default(object? value, Arguments given, Rendering rendering) =>
        value is Undefined || (given.Flag(1, "boolean") && !Truth.Of(value)) ? given.Get(0, "default_value", "") : value;

    private static object? Whole(object? value) => Real(value) is { } number && double.IsFinite(number) && Math.Abs(number) < 9e18
        ? value is string text && long.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out long exact) ? exact
            : value is long whole ? whole : (long)number
        : null;

    private static double? Real(object? value) =>
        Arithmetic.Number(value) is { } number ? Convert.ToDouble(number, CultureInfo.InvariantCulture)
        : value is string text && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double parsed) ? parsed
        : null;

    private static double Round(object? value, int precision, string method)
    {
        double number = Real(value) ?? throw new JinjaException($"'round' is put to {Describe.Kind(value)}, but must be to a number.");
        double scale = Math.Pow(10, precision);
        return method switch
        {
            "ceil" => Math.Ceiling(number * scale) / scale,
            "floor" => Math.Floor(number * scale) / scale,
            _ => precision is >= 0 and <= 15 ? Math.Round(number, precision, MidpointRounding.ToEven) : Math.Round(number * scale) / scale,
        };
    }
}
