using System.Text;

namespace Plumbline.Models.Chat.Jinja;

/// <summary>The text that a rendering has written so far, with the stretches that its generation blocks marked.</summary>
/// <param name="rendering">Counts the work.</param>
internal sealed class Output(Rendering rendering)
{
    private readonly StringBuilder _text = new();
    private readonly List<Range> _generated = [];

    /// <summary>Stretches of the text that the assistant writes, in order.</summary>
    internal IReadOnlyList<Range> Generated => _generated;

    /// <summary>Characters so far.</summary>
    internal int Length => _text.Length;

    /// <summary>Writes text.</summary>
    internal void Write(string text)
    {
        rendering.Within((long)_text.Length + text.Length);
        _text.Append(text);
    }

    /// <summary>Marks what was written since a place.</summary>
    internal void MarkGenerated(int from)
    {
        if (from < _text.Length)
            _generated.Add(from.._text.Length);
    }

    /// <summary>The whole text.</summary>
    public override string ToString() => _text.ToString();
}
