using System.Text;
using System.Text.Json;
using Plumbline.Models.Hub;
using Plumbline.Models.Tokens.Pipeline;

namespace Plumbline.Models.Tokens;

/// <summary>Reads a model folder's tokenizer, in whichever of the ecosystem's forms it lies there.</summary>
public static class TokenizerFolder
{
    /// <summary>The tokenizer of a folder. Of several forms the first of these is read: tokenizer.json, tokenizer.model, vocab.json with merges.txt.</summary>
    /// <param name="directory">A Hugging Face model folder, or the hub name of one that was pulled.</param>
    /// <exception cref="TokenizerException">There is no tokenizer, a file is malformed, or a part is not supported; the message names it.</exception>
    public static Tokenizer Load(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        directory = ModelFolder.Resolve(directory);
        if (!Directory.Exists(directory))
            throw new TokenizerException($"There is no folder {directory}. Give the folder of a model, with its tokenizer files.");
        string model = Path.Combine(directory, "tokenizer.model"), json = Path.Combine(directory, "tokenizer.json");
        string vocabulary = Path.Combine(directory, "vocab.json"), merges = Path.Combine(directory, "merges.txt");
        TokenizerConfig config = TokenizerConfig.Read(directory);
        if (File.Exists(json))
            return TokenizerJson.Read(json, config, TokenizerFiles.Of(directory));
        if (File.Exists(model))
            return FromModel(SentencePieceModel.Parse(File.ReadAllBytes(model), model), config, TokenizerFiles.Of(directory));
        if (File.Exists(vocabulary) && File.Exists(merges))
            return FromVocabulary(vocabulary, merges, config, TokenizerFiles.Of(directory));
        string half = File.Exists(vocabulary) ? " vocab.json is there, but merges.txt is missing." : File.Exists(merges) ? " merges.txt is there, but vocab.json is missing." : "";
        throw new TokenizerException(
            $"{directory} holds no tokenizer.{half} Put one of these there: tokenizer.json; vocab.json with merges.txt; or tokenizer.model (SentencePiece).");
    }

    /// <summary>A byte-level BPE tokenizer from two files of any name.</summary>
    /// <param name="vocabularyFile">JSON object, token to id.</param>
    /// <param name="mergesFile">One pair a line, the earliest merge first.</param>
    /// <param name="tokenizerClass">The class in transformers, which decides how text is cut: Qwen2Tokenizer or GPT2Tokenizer.</param>
    /// <exception cref="TokenizerException">A file is missing or malformed.</exception>
    public static Tokenizer LoadBpe(string vocabularyFile, string mergesFile, string tokenizerClass = "GPT2Tokenizer")
    {
        foreach (string file in (string[])[vocabularyFile, mergesFile])
            if (!File.Exists(file))
                throw new TokenizerException($"There is no file {file}. A BPE tokenizer needs a vocabulary (JSON) and merges (text).");
        var files = new TokenizerFiles();
        files.Add("vocab.json", vocabularyFile);
        files.Add("merges.txt", mergesFile);
        files.Add("tokenizer_config.json", Encoding.UTF8.GetBytes($"{{\n  \"tokenizer_class\": {JsonSerializer.Serialize(tokenizerClass)}\n}}\n"));
        return FromVocabulary(vocabularyFile, mergesFile, TokenizerConfig.OfClass(tokenizerClass), files);
    }

    /// <summary>A Llama tokenizer from a SentencePiece model.</summary>
    internal static Tokenizer FromModel(SentencePieceModel model, TokenizerConfig config, TokenizerFiles files)
    {
        string? Piece(int id) => id >= 0 && id < model.Pieces.Count ? model.Pieces[id].Text : null;
        string? bos = config.Special("bos_token", Piece(model.BosId)), eos = config.Special("eos_token", Piece(model.EosId));
        string? pad = config.Special("pad_token", Piece(model.PadId));
        var added = model.Pieces
            .Select((piece, id) => piece.Kind switch
            {
                SentencePieceKind.Control or SentencePieceKind.Unknown => new AddedToken(id, piece.Text) { Special = true },
                SentencePieceKind.UserDefined => new AddedToken(id, piece.Text.Replace(SentencePieceCodec.Space, ' ')),
                _ => null,
            })
            .OfType<AddedToken>();
        var codec = new SentencePieceCodec(model, config.AddPrefixSpace ?? model.AddDummyPrefix, prefixEveryStretch: config.Legacy);
        return Assemble(codec, added, config, bos, eos, pad, files, new()
        {
            Before = (config.AddBosToken ?? true) && bos is not null ? [bos] : [],
            After = (config.AddEosToken ?? false) && eos is not null ? [eos] : [],
        });
    }

    /// <summary>Joins a codec with the added tokens, configured and built in; special tokens without an id get the next free ones, as in transformers.</summary>
    internal static Tokenizer Assemble(
        ITokenCodec codec, IEnumerable<AddedToken> builtIn, TokenizerConfig config, string? bos, string? eos, string? pad, TokenizerFiles files, TokenizerSettings settings)
    {
        List<AddedToken> added = [.. config.Added];
        added.AddRange(builtIn.Where(token => added.TrueForAll(other => other.Id != token.Id)));
        int next = Math.Max(codec.IdLimit, added.Select(token => token.Id + 1).DefaultIfEmpty(0).Max());
        foreach (string special in ((string?[])[bos, eos, config.Special("unk_token", null), pad, .. config.AdditionalSpecial]).OfType<string>())
            if (added.TrueForAll(token => token.Content != special))
                added.Add(new(codec.Find(special) ?? next++, special) { Special = true });
        return new(codec, added, settings with { BosToken = bos, EosToken = eos, PadToken = pad, ChatTemplates = config.ChatTemplates, SpecialTokens = config.SpecialTokens(bos, eos, pad) }, files);
    }

    private static Tokenizer FromVocabulary(string vocabularyFile, string mergesFile, TokenizerConfig config, TokenizerFiles files)
    {
        const string EndOfText = "<|endoftext|>";
        Dictionary<string, int> vocabulary = VocabularyFiles.Vocabulary(JsonFile.ReadObject(vocabularyFile), vocabularyFile);
        List<(string Left, string Right)> merges = VocabularyFiles.Merges(mergesFile, vocabulary);
        bool qwen2 = ByteLevelBpe.IsQwen2(config.TokenizerClass);
        string? usual = qwen2 || vocabulary.ContainsKey(EndOfText) ? EndOfText : null;
        string? bos = config.Special("bos_token", qwen2 ? null : usual), eos = config.Special("eos_token", usual);
        string? pad = config.Special("pad_token", qwen2 ? usual : null);
        PipelineCodec codec = ByteLevelBpe.ForClass(config.TokenizerClass, vocabulary, merges, config.AddPrefixSpace ?? false);
        return Assemble(codec, [], config, bos, eos, pad, files, new()
        {
            Before = config.AddBosToken == true && bos is not null ? [bos] : [],
            After = config.AddEosToken == true && eos is not null ? [eos] : [],
        });
    }
}
