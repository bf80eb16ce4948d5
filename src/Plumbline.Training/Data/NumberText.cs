using System.Globalization;

namespace Plumbline.Training.Data;

/// <summary>Numbers in formats that hold text alone.</summary>
internal static class NumberText
{
    /// <summary>The number that a text spells: digits as in JSON, or true and false for 1 and 0; null where it spells none.</summary>
    public static double? Parse(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? double.IsFinite(number) ? number : null
        : bool.TryParse(text, out bool flag) ? flag ? 1 : 0
        : null;
}
