namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary>The variable <c>loop</c>: where a loop stands.</summary>
/// <param name="elements">What it goes through.</param>
internal sealed class LoopState(IReadOnlyList<object?> elements) : IAttributes
{
    private object? _seen = new Undefined("nothing was seen before");

    /// <summary>The element's place, from 0.</summary>
    internal int Index { get; set; }

    /// <inheritdoc/>
    public string Kind => "loop";

    /// <inheritdoc/>
    public bool TryGet(string name, out object? value)
    {
        int count = elements.Count;
        object? found = name switch
        {
            "index" => Index + 1L,
            "index0" => (long)Index,
            "revindex" => (long)(count - Index),
            "revindex0" => count - Index - 1L,
            "first" => Index == 0,
            "last" => Index == count - 1,
            "length" => (long)count,
            "depth" => 1L,                          // deeper in recursive loops only
            "depth0" => 0L,
            "cycle" => new Function((arguments, _) => arguments.Positional.Count > 0 ? arguments.Positional[Index % arguments.Positional.Count] : throw new JinjaException("loop.cycle has nothing to go through.")),
            "changed" => new Function((arguments, _) => Changed(new Sequence(arguments.Positional, IsTuple: true))),
            _ => this,
        };
        value = name switch
        {
            "previtem" => Index > 0 ? elements[Index - 1] : new Undefined("there is no previous element"),
            "nextitem" => Index < count - 1 ? elements[Index + 1] : new Undefined("there is no next element"),
            _ => found,
        };
        return value != this;
    }

    private bool Changed(Sequence now)
    {
        bool changed = !Equality.Equal(_seen, now);
        _seen = now;
        return changed;
    }
}
