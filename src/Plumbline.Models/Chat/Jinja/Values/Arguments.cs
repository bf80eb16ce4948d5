namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary>The arguments of a call.</summary>
/// <param name="What">The function, filter or test, for messages.</param>
/// <param name="Positional">Those without names.</param>
/// <param name="Named">Those with names, in order.</param>
internal sealed record Arguments(string What, IReadOnlyList<object?> Positional, IReadOnlyList<KeyValuePair<string, object?>> Named)
{
    /// <summary>An argument given by place or by name, or what holds without it.</summary>
    internal object? Get(int index, string name, object? otherwise = null)
    {
        if (index < Positional.Count)
            return Positional[index];
        foreach ((string given, object? value) in Named)
            if (given == name)
                return value;
        return otherwise;
    }

    /// <summary>An argument that must be given.</summary>
    internal object? Need(int index, string name) =>
        index < Positional.Count || Named.Any(argument => argument.Key == name) ? Get(index, name) : throw new JinjaException($"{What} needs its argument '{name}'.");

    /// <summary>An argument that is text.</summary>
    internal string Text(int index, string name, string? otherwise = null)
    {
        object? value = otherwise is null ? Need(index, name) : Get(index, name, otherwise);
        return value as string ?? throw new JinjaException($"the argument '{name}' of {What} is {Describe.Kind(value)}, but must be text.");
    }

    /// <summary>An argument that is a whole number.</summary>
    internal int Number(int index, string name, int? otherwise = null)
    {
        object? value = otherwise is null ? Need(index, name) : Get(index, name, (long)otherwise);
        return value switch
        {
            long number => (int)Math.Clamp(number, int.MinValue, int.MaxValue),
            bool flag => flag ? 1 : 0,
            _ => throw new JinjaException($"the argument '{name}' of {What} is {Describe.Kind(value)}, but must be a whole number."),
        };
    }

    /// <summary>An argument that is asked for its truth.</summary>
    internal bool Flag(int index, string name, bool otherwise = false) => Truth.Of(Get(index, name, otherwise));

    /// <summary>The arguments after the first so many.</summary>
    internal Arguments After(int count) => this with { Positional = [.. Positional.Skip(count)] };
}
