namespace Plumbline.Models.Tokens.Pipeline;

/// <summary>A vocabulary with its rule for turning a piece into tokens. Immutable; safe on many threads at once.</summary>
internal interface ITokenModel
{
    /// <summary>Token to id.</summary>
    IReadOnlyDictionary<string, int> Vocabulary { get; }

    /// <summary>Appends the ids of a piece.</summary>
    /// <param name="word">The piece; never empty.</param>
    /// <param name="ids">Receives the ids.</param>
    /// <exception cref="TokenizerException">The vocabulary cannot express the piece.</exception>
    void Encode(ReadOnlySpan<char> word, List<int> ids);
}
