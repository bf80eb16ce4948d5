namespace Plumbline.Models.Decoder;

/// <summary>A text is longer than the model can read; the message names both lengths.</summary>
public sealed class ContextLengthException(string message) : Exception(message);
