using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Library;

/// <summary>The functions that every template sees: Jinja's own, and the two that transformers adds.</summary>
internal static class Globals
{
    private const int LongestRange = 100_000; // as in Jinja's sandbox

    /// <summary>The functions by name.</summary>
    internal static IReadOnlyDictionary<string, ICallable> All { get; } = new Dictionary<string, ICallable>
    {
        ["range"] = new Function(Range),
        ["dict"] = new Function((given, _) => Filled(new Mapping(), given, (mapping, name, value) => mapping[name] = value)),
        ["namespace"] = new Function((given, _) => Filled(new Namespace(), given, (space, name, value) => space.Set(name, value))),
        ["raise_exception"] = new Function((given, _) => throw new RaisedException(PythonText.Of(given.Need(0, "message")))),
        ["strftime_now"] = new Function((given, rendering) => Strftime.Format(rendering.Clock.GetLocalNow(), given.Text(0, "format"))),
    };

    private static Sequence Range(Arguments given, Rendering rendering)
    {
        bool isOnlyStop = given.Positional.Count < 2;
        long start = isOnlyStop ? 0 : given.Number(0, "start"), stop = given.Number(isOnlyStop ? 0 : 1, "stop"), step = given.Number(2, "step", 1);
        if (step == 0)
            throw new JinjaException("range has the step 0, and so no end.");
        long count = Math.Max(0, (stop - start + step - Math.Sign(step)) / step);
        if (count > LongestRange)
            throw new JinjaException($"range gives {count:N0} numbers, above the limit of {LongestRange:N0}.");
        rendering.Make(count);
        return new Sequence([.. Enumerable.Range(0, (int)count).Select(i => (object?)(start + (i * step)))]);
    }

    // What dict and namespace make: the entries of a dictionary, then the named arguments.
    private static T Filled<T>(T target, Arguments given, Action<T, string, object?> set)
    {
        if (given.Get(0, "") is Mapping first)
            foreach ((object key, object? value) in first)
                set(target, PythonText.Of(key), value);
        foreach ((string name, object? value) in given.Named)
            set(target, name, value);
        return target;
    }
}
