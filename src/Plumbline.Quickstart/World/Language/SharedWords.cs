namespace Plumbline.Quickstart.World.Language;

/// <summary>Slots that any sentence may use.</summary>
internal static class SharedWords
{
    public static readonly Dictionary<string, string> Slots = new()
    {
        ["number"] = "[2|3|4|5|6|7|8|9]",
        ["street"] = "[mill street|king street|river road]",
        ["day"] = "[monday|tuesday|thursday|friday]",
        ["colour"] = "[blue|green|yellow]",
        ["who"] = "[i|we|my mother|my father|my friend]",
        ["when"] = "[|today|this week|before monday|on friday|after work|in the morning|right now]",
    };
}
