using static System.FormattableString;

namespace Plumbline.Training.Experiments.Report;

/// <summary>Numbers as a reader wants them; a value that is not known is a dash.</summary>
internal static class Figures
{
    public const string Unknown = "–";

    /// <summary>A score to three decimals.</summary>
    public static string Score(double value) => double.IsFinite(value) ? Minus(Invariant($"{value:0.000}")) : Unknown;

    /// <summary>A difference with its sign.</summary>
    public static string Signed(double value) => double.IsFinite(value) ? Minus(Invariant($"{value:+0.000;-0.000;0.000}")) : Unknown;

    /// <summary>A share as whole per cent.</summary>
    public static string Percent(double value) => double.IsFinite(value) ? Invariant($"{value * 100:0} %") : Unknown;

    /// <summary>Seconds, from a minute on as minutes and seconds.</summary>
    public static string Seconds(double value) => value switch
    {
        double.NaN => Unknown,
        < 10 => Invariant($"{value:0.0} s"),
        < 119.5 => Invariant($"{value:0} s"),
        < 3600 => Invariant($"{Math.Floor(Math.Round(value) / 60):0} min {Math.Round(value) % 60:0} s"),
        _ => Invariant($"{Math.Floor(Math.Round(value / 60) / 60):0} h {Math.Round(value / 60) % 60:0} min"),
    };

    /// <summary>Bytes as megabytes or gigabytes, decimal.</summary>
    public static string Bytes(double value) => value switch
    {
        double.NaN => Unknown,
        >= 1e9 => Invariant($"{value / 1e9:0.00} GB"),
        _ => Invariant($"{value / 1e6:0} MB"),
    };

    /// <summary>A count with k, M or G.</summary>
    public static string Count(double value) => Scaled(value, "");

    /// <summary>Floating-point operations with their prefix.</summary>
    public static string Flops(double value) => Scaled(value, "FLOP");

    /// <summary>A learning rate, as people write it.</summary>
    public static string Rate(double value) => Minus(Invariant($"{value:0.##e+0}").Replace("e+0", "", StringComparison.Ordinal));

    /// <summary>A tick of an axis.</summary>
    public static string Tick(double value) => Math.Abs(value) >= 1000 ? Scaled(value, "") : Minus(Invariant($"{value:0.####}"));

    private static string Scaled(double value, string unit)
    {
        if (!double.IsFinite(value))
            return Unknown;
        string[] prefixes = ["", "k", "M", "G", "T", "P", "E"];
        int power = 0;
        while (Math.Abs(value) >= 999.5 && power < prefixes.Length - 1)
            (value, power) = (value / 1000, power + 1);
        string number = power == 0 || Math.Abs(value) >= 99.95 ? Invariant($"{value:0}") : Invariant($"{value:0.#}");
        return $"{number} {prefixes[power]}{unit}".TrimEnd();
    }

    private static string Minus(string number) => number.Replace('-', '−');
}
