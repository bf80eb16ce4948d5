namespace Plumbline.Models.Tokens.Pipeline.Models;

/// <summary>A vocabulary of whole pieces.</summary>
/// <param name="vocabulary">Token to id.</param>
/// <param name="unknown">The id of a piece that is not in it; null when that is an error.</param>
internal sealed class WordLevel(Dictionary<string, int> vocabulary, int? unknown) : ITokenModel
{
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _bySpan = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, int> Vocabulary => vocabulary;

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<char> word, List<int> ids) => ids.Add(_bySpan.TryGetValue(word, out int id) ? id : unknown
        ?? throw new TokenizerException($"The tokenizer's vocabulary has no token for '{word}' and none for what is unknown (model.unk_token). Take the tokenizer.json that belongs to the model."));
}
