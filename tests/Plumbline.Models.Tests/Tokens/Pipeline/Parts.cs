using System.Text.Json;
using Plumbline.Models.Tokens.Pipeline;
using Plumbline.Models.Tokens.Pipeline.Reading;

namespace Plumbline.Models.Tests.Tokens.Pipeline;

/// <summary>Components as tokenizer.json writes them, and what they make of a text.</summary>
internal static class Parts
{
    internal static string Normalize(string json, string text) => NormalizerReader.Read(Part("normalizer", json)).Apply(text);

    /// <summary>The pieces of a text with | between, as the steps of a pre-tokenizer leave them.</summary>
    internal static string Cut(string json, string text, bool first = true)
    {
        List<Piece> pieces = [new(text.AsMemory(), first)];
        foreach (IPreTokenizer step in PreTokenizerReader.Read(Part("pre_tokenizer", json)))
        {
            List<Piece> cut = [];
            foreach (Piece piece in pieces)
                step.Apply(piece, cut);
            pieces = cut;
        }
        return string.Join('|', pieces.Select(piece => piece.Text.ToString()));
    }

    internal static int[] Encode(string json, string word)
    {
        var ids = new List<int>();
        ModelReader.Read(Part("model", json)).Encode(word, ids);
        return [.. ids];
    }

    internal static (IReadOnlyList<string> Before, IReadOnlyList<string> After) Around(string json) => ProcessorReader.Read(Part("post_processor", json));

    /// <summary>What a decoder gives after each token, and last at the end of the text.</summary>
    internal static string[] Stream(string json, IEnumerable<string> tokens, bool startOfText = true)
    {
        var text = new CollectedText();
        ITextSink sink = DecoderReader.Read(Part("decoder", json)).Start(text, startOfText);
        List<string> given = [];
        foreach (string token in tokens)
        {
            sink.Add(new(token, Added: false));
            given.Add(text.Take());
        }
        sink.End();
        return [.. given, text.Take()];
    }

    private static TokenizerPart Part(string place, string json) => new("tokenizer.json", place, JsonElement.Parse(json));
}
