namespace Plumbline.Models.Tokens.Pipeline;

/// <summary>Changes text before it is cut into pieces. Immutable; safe on many threads at once.</summary>
internal interface INormalizer
{
    /// <summary>The changed text.</summary>
    /// <param name="text">Well-formed text; may be empty.</param>
    string Apply(string text);
}
