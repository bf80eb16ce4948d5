using Plumbline.Models.Tokens.Pipeline;

namespace Plumbline.Models.Tokens;

/// <summary>Turns text without added tokens into ids, and an id into its token. Immutable; safe on many threads at once.</summary>
internal interface ITokenCodec
{
    /// <summary>One more than the highest id.</summary>
    int IdLimit { get; }

    /// <summary>Turns tokens back into text.</summary>
    ITokenDecoder Decoder { get; }

    /// <summary>Prepares a stretch of well-formed text, before those added tokens are looked for in it that are normalised themselves.</summary>
    string Normalize(string text);

    /// <summary>Appends the ids of a stretch of normalised text.</summary>
    /// <param name="text">The stretch; never empty.</param>
    /// <param name="first">True when nothing stands before it.</param>
    /// <param name="ids">Receives the ids.</param>
    void Encode(string text, bool first, List<int> ids);

    /// <summary>The id of a token as the vocabulary spells it.</summary>
    int? Find(string token);

    /// <summary>The token of an id as the vocabulary spells it; null for an id that stands for none.</summary>
    string? Token(int id);
}
