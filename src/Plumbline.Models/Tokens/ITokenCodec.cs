namespace Plumbline.Models.Tokens;

/// <summary>Turns text without added tokens into ids, and an id into its bytes. Immutable; safe on many threads at once.</summary>
internal interface ITokenCodec
{
    /// <summary>One more than the highest id.</summary>
    int IdLimit { get; }

    /// <summary>True when a text's tokens begin with a space that was not in the text, which decoding takes away again.</summary>
    bool AddsLeadingSpace { get; }

    /// <summary>Appends the ids of a piece of well-formed text.</summary>
    /// <param name="text">The piece; never empty.</param>
    /// <param name="first">True when nothing stands before the piece.</param>
    /// <param name="ids">Receives the ids.</param>
    void Encode(string text, bool first, List<int> ids);

    /// <summary>The id of a token as the vocabulary spells it.</summary>
    int? Find(string token);

    /// <summary>The UTF-8 bytes, perhaps part of a character, that an id stands for; empty for an id that stands for none.</summary>
    ReadOnlySpan<byte> Bytes(int id);
}
