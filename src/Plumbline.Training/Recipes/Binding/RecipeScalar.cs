using System.Globalization;

namespace Plumbline.Training.Recipes.Binding;

/// <summary>Scalars of a recipe: from text to a typed value, back, and in words.</summary>
internal static class RecipeScalar
{
    private const double LongestMinutes = 60.0 * 24 * 366;

    /// <summary>The value, or null when the text is not of the type.</summary>
    public static object? Parse(Type type, string text)
    {
        if (type == typeof(string))
            return text;
        if (type == typeof(int))
            return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int whole) ? whole : null;
        if (type == typeof(long))
            return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long large) ? large : null;
        if (type == typeof(double))
            return Number(text);
        if (type == typeof(bool))
            return text switch { "true" or "True" or "TRUE" => true, "false" or "False" or "FALSE" => false, _ => null };
        if (type == typeof(TimeSpan))
            return Number(text) is double minutes and >= -LongestMinutes and <= LongestMinutes ? TimeSpan.FromMinutes(minutes) : null;
        int index = Array.IndexOf(EnumWords(type), text);
        return index < 0 ? null : Enum.GetValues(type).GetValue(index);
    }

    /// <summary>The text that <see cref="Parse"/> reads back as the same value.</summary>
    public static string Format(object value) => value switch
    {
        string text => text,
        bool flag => flag ? "true" : "false",
        double number => Format(number),
        TimeSpan span => Format(span.TotalMinutes),
        Enum word => RecipePath.SnakeCase(word.ToString()),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    /// <summary>What a value of the type looks like, to follow "must be".</summary>
    public static string Wanted(Type type) =>
        type == typeof(string) ? "text"
        : type == typeof(int) ? "a whole number within 32 bits"
        : type == typeof(long) ? "a whole number within 64 bits"
        : type == typeof(double) ? "a finite number"
        : type == typeof(bool) ? "true or false"
        : type == typeof(TimeSpan) ? "a number of minutes, at most a year"
        : $"one of {string.Join(", ", EnumWords(type))}";

    /// <summary>The type in a word or a few, for listings.</summary>
    public static string Name(Type type) =>
        type == typeof(string) ? "text"
        : type == typeof(int) || type == typeof(long) ? "whole number"
        : type == typeof(double) ? "number"
        : type == typeof(bool) ? "true|false"
        : type == typeof(TimeSpan) ? "minutes"
        : string.Join('|', EnumWords(type));

    public static string[] EnumWords(Type type) => [.. Enum.GetNames(type).Select(RecipePath.SnakeCase)];

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : null;

    // 1E-06 is written 1.0e-06: readers of YAML 1.1 take the form without a point for text.
    private static string Format(double number)
    {
        string text = number.ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant();
        int exponent = text.IndexOf('e', StringComparison.Ordinal);
        return exponent < 0 || text.Contains('.', StringComparison.Ordinal) ? text : text.Insert(exponent, ".0");
    }
}
