namespace Plumbline.Models.Tokens.Pipeline;

/// <summary>A step from tokens to text. It passes on what can no longer change, so that a text streams. Immutable; safe on many threads at once.</summary>
internal interface ITokenDecoder
{
    /// <summary>Begins a text.</summary>
    /// <param name="next">Where the changed tokens go.</param>
    /// <param name="startOfText">False when the tokens continue a text, so that nothing special happens to the first.</param>
    ITextSink Start(ITextSink next, bool startOfText);
}
