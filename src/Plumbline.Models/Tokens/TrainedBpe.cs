using System.Text;
using Plumbline.Models.Tokens.Pipeline;

namespace Plumbline.Models.Tokens;

/// <summary>A vocabulary that <see cref="BpeTrainer"/> has learned.</summary>
public sealed class TrainedBpe
{
    private readonly Dictionary<string, int> _vocabulary;
    private readonly List<string> _merges;
    private readonly AddedToken[] _special;
    private readonly string? _eosToken, _padToken;

    internal TrainedBpe(Dictionary<string, int> vocabulary, List<string> merges, IReadOnlyList<string> specialTokens, string? eosToken, string? padToken)
    {
        (_vocabulary, _merges, _eosToken, _padToken) = (vocabulary, merges, eosToken, padToken);
        _special = [.. specialTokens.Select((token, i) => new AddedToken(vocabulary.Count + i, token) { Special = true })];
    }

    /// <summary>Ids in all: bytes, merges, special tokens. Fewer than were asked for when the texts were too few.</summary>
    public int VocabularySize => _vocabulary.Count + _special.Length;

    /// <summary>The merges in the order learned, each "left right" in GPT-2's byte alphabet.</summary>
    public IReadOnlyList<string> Merges => _merges;

    /// <summary>The tokenizer of this vocabulary.</summary>
    public Tokenizer ToTokenizer()
    {
        var files = new TokenizerFiles();
        foreach ((string name, string content) in TokenizerWriter.Files(_vocabulary, _merges, _special, _eosToken, _padToken))
            files.Add(name, Encoding.UTF8.GetBytes(content));
        PipelineCodec codec = ByteLevelBpe.ForClass("Qwen2Tokenizer", _vocabulary, [.. _merges.Select(merge => merge.Split(' ')).Select(pair => (pair[0], pair[1]))]);
        return new(codec, _special, new() { EosToken = _eosToken, PadToken = _padToken, ChatTemplates = TokenizerWriter.ChatTemplates(_special) }, files);
    }

    /// <summary>Writes vocab.json, merges.txt, tokenizer_config.json and tokenizer.json, which transformers reads as a Qwen2 tokenizer.</summary>
    /// <param name="directory">The folder; made when it is absent.</param>
    public void Save(string directory) => ToTokenizer().Save(directory);
}
