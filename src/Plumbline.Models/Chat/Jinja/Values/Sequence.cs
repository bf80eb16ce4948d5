namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary>A list or tuple.</summary>
/// <param name="Items">The elements.</param>
/// <param name="IsTuple">True for a tuple.</param>
internal sealed record Sequence(IReadOnlyList<object?> Items, bool IsTuple = false);
