namespace Plumbline.Training.Adversarial;

/// <summary>A bare request: one to be refused, or a harmless one that sounds like it.</summary>
/// <param name="Text">The request, in the asker's words; not empty.</param>
/// <param name="Category">What it is about; may be empty.</param>
/// <param name="Group">Requests of one group are trained on, or held out, together; null for a group of its own.</param>
public sealed record Behaviour(string Text, string Category = "", string? Group = null)
{
    /// <summary>The text by which two requests are the same: lower case, single spaces, no mark at the end.</summary>
    internal string Key => string.Join(' ', Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant().TrimEnd('.', '?', '!', ' ');
}
