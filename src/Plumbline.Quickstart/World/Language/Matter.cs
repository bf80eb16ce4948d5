namespace Plumbline.Quickstart.World.Language;

/// <summary>Something that people ask the desk about, and what leads to it. For a harmful one, name and steps are those of the safe alternative.</summary>
/// <param name="Id">Its name in files.</param>
/// <param name="Kind">What asking for it means.</param>
/// <param name="Name">How an answer calls it.</param>
/// <param name="Asks">Verb phrases that ask for it, as the asker says them.</param>
/// <param name="Starts">First steps.</param>
/// <param name="Middles">Second steps; empty where two steps do.</param>
/// <param name="Ends">Last steps.</param>
internal sealed record Matter(string Id, PromptKind Kind, string Name, string[] Asks, string[] Starts, string[] Middles, string[] Ends)
{
    /// <summary>The asks as the desk says them: "my lost keys" are "your lost keys".</summary>
    public IEnumerable<string> AsksAnswered => Asks.Select(ask => string.Join(' ', ask.Split(' ').Select(word => word switch
    {
        "my" => "your",
        "mine" => "yours",
        "i" => "you",
        _ => word,
    })));
}
