using System.Text.Json;

namespace Plumbline.Models.Tokens.Pipeline.Reading;

/// <summary>The post-processor of a tokenizer.json, as far as it changes the ids of one text: the special tokens around it.</summary>
internal static class ProcessorReader
{
    private const string Supported = "TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel and Sequence of them";

    /// <summary>The tokens before and after a text, in order.</summary>
    internal static (IReadOnlyList<string> Before, IReadOnlyList<string> After) Read(TokenizerPart part)
    {
        switch (part.Type)
        {
            case "ByteLevel": // changes offsets alone
                return ([], []);
            case "BertProcessing" or "RobertaProcessing":
                return ([Token(part, "cls")], [Token(part, "sep")]);
            case "TemplateProcessing":
                return Template(part);
            case "Sequence":
                List<string> before = [], after = [];
                foreach (TokenizerPart processor in part.Items("processors"))
                {
                    var (outerBefore, outerAfter) = Read(processor);
                    before.InsertRange(0, outerBefore);
                    after.AddRange(outerAfter);
                }
                return (before, after);
            default:
                throw part.Unsupported(Supported);
        }
    }

    // A template's "single" is a row of special tokens around {"Sequence": {"id": "A"}}; special_tokens may write one of them as several.
    private static (IReadOnlyList<string> Before, IReadOnlyList<string> After) Template(TokenizerPart part)
    {
        List<string> before = [], after = [];
        List<string> side = before;
        foreach (TokenizerPart piece in part.Items("single"))
            if (piece.Json.Member("Sequence")?.Text("id") == "A")
                side = side == before ? after : throw part.Wrong("single", "a row that holds Sequence A once");
            else if (piece.Json.Member("SpecialToken")?.Text("id") is { } token)
            {
                string[] spelled = [.. (part.Json.Member("special_tokens")?.Member(token)?.Items("tokens") ?? []).Select(text => text.GetString()).OfType<string>()];
                side.AddRange(spelled.Length > 0 ? spelled : [token]);
            }
            else
                throw part.Wrong("single", "a row of SpecialToken and Sequence A");
        return side == after ? (before, after) : throw part.Wrong("single", "a row that holds Sequence A");
    }

    private static string Token(TokenizerPart part, string name) =>
        part.Json.Member(name) is { ValueKind: JsonValueKind.Array } pair && pair.GetArrayLength() == 2 && pair[0].ValueKind == JsonValueKind.String
            ? pair[0].GetString()! : throw part.Wrong(name, "a token with its id");
}
