using System.Text;
using System.Text.Json;

namespace Plumbline.Models.Tokens;

/// <summary>Reads JSON files of a tokenizer, with faults told by file and line.</summary>
internal static class JsonFile
{
    /// <summary>The root object of a file.</summary>
    internal static JsonElement ReadObject(string path)
    {
        JsonElement root;
        try
        {
            ReadOnlySpan<byte> content = File.ReadAllBytes(path);
            root = JsonElement.Parse(content.StartsWith(Encoding.UTF8.Preamble) ? content[Encoding.UTF8.Preamble.Length..] : content);
        }
        catch (JsonException error)
        {
            throw new TokenizerException(
                $"{path}, line {error.LineNumber + 1}, is not valid JSON at byte {error.BytePositionInLine + 1} of the line. The file may be cut short: fetch it again.", error);
        }
        return root.ValueKind == JsonValueKind.Object
            ? root
            : throw new TokenizerException($"{path} holds a JSON {root.ValueKind.ToString().ToLowerInvariant()}, but an object {{...}} was expected.");
    }

    /// <summary>A member of an object; null when it is absent or null.</summary>
    internal static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A member that is a string; null when it is absent or something else.</summary>
    internal static string? Text(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>A member that is true or false; null when it is absent or something else.</summary>
    internal static bool? Flag(this JsonElement element, string name) => element.Member(name)?.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <summary>The elements of a member that is an array; none when it is absent or something else.</summary>
    internal static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Array } value ? value.EnumerateArray() : [];
}
