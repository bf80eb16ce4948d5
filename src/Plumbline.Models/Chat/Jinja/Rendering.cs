namespace Plumbline.Models.Chat.Jinja;

/// <summary>One rendering's clock, place in the template, and account of work. Not for several threads.</summary>
/// <param name="limits">How much work it may do.</param>
/// <param name="clock">What strftime_now reads.</param>
internal sealed class Rendering(TemplateLimits limits, TimeProvider clock)
{
    private const int PartsPerLookAtTheClock = 64;
    private readonly long _start = clock.GetTimestamp();
    private long _steps, _parts;
    private int _depth;

    /// <summary>What strftime_now reads.</summary>
    internal TimeProvider Clock => clock;

    /// <summary>The line last reached, for messages.</summary>
    internal int Line { get; private set; }

    /// <summary>Counts one part of the template.</summary>
    internal void Step(int line)
    {
        Line = line;
        StackRoom.Require();
        Count(1);
        if (++_parts % PartsPerLookAtTheClock == 0 && clock.GetElapsedTime(_start) > limits.Time)
            throw new JinjaException($"the template takes more than {limits.Time.TotalSeconds:0.#} seconds, the limit for one rendering.");
    }

    /// <summary>Counts the making of a text of so many characters or a list of so many elements, and refuses one that is too long.</summary>
    internal void Make(long length)
    {
        Within(length);
        Count(length / 16);
    }

    /// <summary>Refuses a text or list that is too long.</summary>
    internal void Within(long length)
    {
        if (length > limits.Length)
            throw new JinjaException($"a text or list would grow beyond {limits.Length:N0}, the limit for one rendering.");
    }

    /// <summary>Goes one macro call deeper, for as long as the result is not disposed.</summary>
    internal Level Enter()
    {
        if (++_depth > limits.Nesting)
            throw new JinjaException($"macros call each other more than {limits.Nesting} deep, the limit for one rendering.");
        return new Level(this);
    }

    private void Count(long steps)
    {
        if ((_steps += steps) > limits.Steps)
            throw new JinjaException($"the template takes more than {limits.Steps:N0} steps, the limit for one rendering.");
    }

    /// <summary>One level of macro calls.</summary>
    internal readonly ref struct Level(Rendering rendering)
    {
        /// <summary>Leaves it.</summary>
        public void Dispose() => rendering._depth--;
    }
}
