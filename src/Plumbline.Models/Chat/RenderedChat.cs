namespace Plumbline.Models.Chat;

/// <summary>A conversation as text.</summary>
/// <param name="Text">The text. Encode it without adding special tokens: they are in it.</param>
/// <param name="Generated">The stretches that the template's generation blocks marked, in order; none where it has no such blocks.</param>
public sealed record RenderedChat(string Text, IReadOnlyList<Range> Generated);
