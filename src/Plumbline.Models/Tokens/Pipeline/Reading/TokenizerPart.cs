using System.Text.Json;
using Plumbline.Models.Tokens.Pipeline.Patterns;

namespace Plumbline.Models.Tokens.Pipeline.Reading;

/// <summary>An object of a tokenizer.json, with its place for messages.</summary>
/// <param name="File">The file.</param>
/// <param name="Place">Where in the file, such as <c>decoder.decoders[1]</c>.</param>
/// <param name="Json">The object.</param>
internal readonly record struct TokenizerPart(string File, string Place, JsonElement Json)
{
    /// <summary>What kind of component it is.</summary>
    internal string Type => Text("type");

    /// <summary>A member that is an object; null when it is absent or null.</summary>
    internal TokenizerPart? Find(string name) => Json.Member(name) is { } member ? new(File, Place.Length == 0 ? name : $"{Place}.{name}", member) : null;

    /// <summary>The objects of a member that is a list.</summary>
    internal IEnumerable<TokenizerPart> Items(string name)
    {
        var (file, place) = (File, Place);
        return Json.Items(name).Select((item, i) => new TokenizerPart(file, $"{place}.{name}[{i}]", item));
    }

    /// <summary>A text that must be there.</summary>
    internal string Text(string name) => Json.Text(name) ?? throw Wrong(name, "a text");

    /// <summary>A text, or what holds where there is none.</summary>
    internal string Text(string name, string otherwise) => Json.Member(name) is null ? otherwise : Text(name);

    /// <summary>True or false, or what holds where neither stands.</summary>
    internal bool Flag(string name, bool otherwise) => Json.Member(name) is null ? otherwise : Json.Flag(name) ?? throw Wrong(name, "true or false");

    /// <summary>A whole number from 0, or what holds where there is none.</summary>
    internal int Number(string name, int otherwise) => Json.Member(name) switch
    {
        null => otherwise,
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out int value) && value >= 0 => value,
        _ => throw Wrong(name, "a whole number from 0"),
    };

    /// <summary>A name out of an enumeration, in any case and with or without underscores.</summary>
    internal T Choice<T>(string name, T otherwise) where T : struct, Enum => Json.Member(name) is null ? otherwise
        : Enum.TryParse(Text(name).Replace("_", ""), ignoreCase: true, out T value) && Enum.IsDefined(value) ? value
        : throw Wrong(name, $"one of {string.Join(", ", Enum.GetNames<T>())}");

    /// <summary>A pattern: an object that holds a String or a Regex.</summary>
    internal IPattern Pattern()
    {
        TokenizerPart pattern = Find("pattern") ?? throw Wrong("pattern", "an object with String or Regex");
        if (pattern.Json.Text("String") is { } text)
            return new TextPattern(text);
        string source = pattern.Json.Text("Regex") ?? throw Wrong("pattern", "an object with String or Regex");
        try
        {
            return new RegexPattern(source);
        }
        catch (ArgumentException error)
        {
            throw new TokenizerException($"{File}: the {Type} pattern at {Place} is the regular expression {source}, which cannot be run here: {error.Message.TrimEnd('.')}.", error);
        }
    }

    /// <summary>The fault of a component that is not known.</summary>
    internal TokenizerException Unsupported(string supported) => new($"{File}: {Place} is of type '{Type}', which is not supported. Supported: {supported}.");

    /// <summary>The fault of a member that is missing or has another form than it should.</summary>
    internal TokenizerException Wrong(string name, string wanted) =>
        new($"{File}: {(Place.Length == 0 ? name : $"{Place}.{name}")} is {(Json.Member(name) is { } found ? Short(found.GetRawText()) : "missing")}, but should be {wanted}. The file may be damaged: fetch it again.");

    private static string Short(string json) => json.Length <= 80 ? json : json[..80] + "...";
}
