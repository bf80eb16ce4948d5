namespace Plumbline.Models.Tokens.Pipeline;

/// <summary>A token on its way to becoming text.</summary>
/// <param name="Text">As the vocabulary spells it, or as the decoders so far have changed it.</param>
/// <param name="Added">True for an added token, which is text as it stands and not spelled in bytes.</param>
internal readonly record struct TokenText(string Text, bool Added);
