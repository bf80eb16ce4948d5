namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary>Python's arithmetic on numbers, texts and lists.</summary>
internal static class Arithmetic
{
    /// <summary>The number that a value is in arithmetic, long or double; null where it is none. True is 1.</summary>
    internal static object? Number(object? value) => value switch
    {
        bool flag => flag ? 1L : 0L,
        long or double => value,
        _ => null,
    };

    /// <summary>A binary operation.</summary>
    /// <exception cref="JinjaException">The operation is not defined for these kinds, divides by zero, or makes something too large.</exception>
    internal static object? Binary(string operation, object? left, object? right, Rendering rendering)
    {
        if (Number(left) is { } a && Number(right) is { } b)
            return a is long x && b is long y && operation != "/" && !(operation == "**" && y < 0)
                ? (object)Whole(operation, x, y)
                : Real(operation, Convert.ToDouble(a), Convert.ToDouble(b));
        switch (operation, left, right)
        {
            case ("+", string text, string other):
                rendering.Make((long)text.Length + other.Length);
                return text + other;
            case ("+", Sequence list, Sequence other) when list.IsTuple == other.IsTuple:
                rendering.Make((long)list.Items.Count + other.Items.Count);
                return list with { Items = [.. list.Items, .. other.Items] };
            case ("*", string text, long times):
                return Repeat(text, times, rendering);
            case ("*", long times, string text):
                return Repeat(text, times, rendering);
            case ("*", Sequence list, long times):
                rendering.Make(list.Items.Count * Math.Max(0, times));
                return list with { Items = [.. Enumerable.Repeat(list.Items, (int)Math.Max(0, times)).SelectMany(items => items)] };
            case ("%", string format, _):
                return PrintfFormat.Apply(format, right, rendering);
            default:
                throw (left as Undefined ?? right as Undefined)?.Fault()
                    ?? new JinjaException($"'{operation}' does not work on {Describe.Kind(left)} and {Describe.Kind(right)}.{(operation == "+" ? " '~' joins anything as text." : "")}");
        }
    }

    /// <summary>The value with its sign turned.</summary>
    internal static object Negative(object? value) => Number(value) switch
    {
        long number => (object)-number,
        double number => -number,
        _ => throw (value as Undefined)?.Fault() ?? new JinjaException($"{Describe.Kind(value)} has no sign to turn."),
    };

    private static string Repeat(string text, long times, Rendering rendering)
    {
        times = Math.Max(0, times);
        rendering.Make(text.Length == 0 ? 0 : times > int.MaxValue ? long.MaxValue : text.Length * times);
        return string.Concat(Enumerable.Repeat(text, text.Length == 0 ? 0 : (int)times));
    }

    private static long Whole(string operation, long a, long b)
    {
        try
        {
            return operation switch
            {
                "+" => checked(a + b),
                "-" => checked(a - b),
                "*" => checked(a * b),
                "//" => b != 0 ? (a / b) - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0) : throw new DivideByZeroException(),
                "%" => b != 0 ? ((a % b) + b) % b : throw new DivideByZeroException(),
                _ => Power(a, b),
            };
        }
        catch (OverflowException)
        {
            throw new JinjaException($"{a} {operation} {b} is too large.");
        }
        catch (DivideByZeroException)
        {
            throw new JinjaException($"{a} {operation} {b} divides by zero.");
        }
    }

    private static long Power(long a, long b)
    {
        long power = 1;
        if (a is 0 or 1 or -1)
            return a == -1 && b % 2 == 0 || b == 0 ? 1 : a;
        for (long i = 0; i < b; i++)
            power = checked(power * a);
        return power;
    }

    private static double Real(string operation, double a, double b) => operation switch
    {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "/" or "//" or "%" when b == 0 => throw new JinjaException($"{PythonText.Of(a)} {operation} {PythonText.Of(b)} divides by zero."),
        "/" => a / b,
        "//" => Math.Floor(a / b),
        "%" => a - (b * Math.Floor(a / b)),
        _ => Math.Pow(a, b),
    };
}
