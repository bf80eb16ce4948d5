using Plumbline.Models.Tokens;

namespace Plumbline.Extensions.AI.Chat;

/// <summary>An answer's text as it comes, up to a stop string, and less its end as long as one may begin there. Not for several threads.</summary>
/// <param name="decoder">Takes the tokens.</param>
/// <param name="stops">The stop strings.</param>
internal sealed class HeldText(IncrementalDecoder decoder, IReadOnlyList<string> stops)
{
    private readonly int _held = stops.Select(stop => stop.Length - 1).DefaultIfEmpty(0).Max();
    private string _tail = "";
    private int _shown;

    /// <summary>Takes the next token and gives the text that may be shown now.</summary>
    public string Add(int id)
    {
        _tail += decoder.Add(id);
        int end = stops.Select(stop => _tail.IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(_tail.Length - _held).Min();
        if (end > 0 && char.IsHighSurrogate(_tail[end - 1]))
            end--;
        if (end <= 0)
            return "";
        string piece = _tail[..end];
        _tail = _tail[end..];
        _shown += end;
        return piece;
    }

    /// <summary>Gives what was held back of the whole text, once it is known.</summary>
    public string Rest(string whole) => whole[_shown..];
}
