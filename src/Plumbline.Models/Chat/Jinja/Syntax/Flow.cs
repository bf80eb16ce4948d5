namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>Where a rendering goes after a statement.</summary>
internal enum Flow
{
    /// <summary>On to the next.</summary>
    Next,

    /// <summary>Out of the loop.</summary>
    Break,

    /// <summary>To the loop's next element.</summary>
    Continue,
}
