using System.Text;

namespace Plumbline.Models.Tokens.Pipeline;

/// <summary>Where decoders end: the text so far.</summary>
internal sealed class CollectedText : ITextSink
{
    private readonly StringBuilder _text = new();

    /// <inheritdoc/>
    public void Add(TokenText token) => _text.Append(token.Text);

    /// <inheritdoc/>
    public void End()
    {
    }

    /// <summary>The text since the last call.</summary>
    internal string Take()
    {
        string text = _text.ToString();
        _text.Clear();
        return text;
    }
}
