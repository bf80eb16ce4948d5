namespace Plumbline.Models.Chat;

/// <summary>A conversation as tokens, with those marked that the assistant wrote.</summary>
/// <param name="Ids">The tokens.</param>
/// <param name="IsAssistant">For each token, whether the assistant wrote it; its end-of-turn token counts as its own.</param>
public sealed record MarkedTokens(int[] Ids, bool[] IsAssistant)
{
    /// <summary>Where the assistant's first token stands; the number of tokens where it wrote none.</summary>
    public int FirstAssistant => Array.IndexOf(IsAssistant, true) is var first and >= 0 ? first : Ids.Length;

    /// <summary>The tokens before the assistant's first, and those from it through its last.</summary>
    public (int[] Prompt, int[] Answer) Split() => (Ids[..FirstAssistant], Ids[FirstAssistant..(Array.LastIndexOf(IsAssistant, true) + 1 is var end and > 0 ? end : Ids.Length)]);
}
