using System.Text.Json;

namespace Plumbline.Training.Data;

/// <summary>One row of a JSONL file, which knows where it stands.</summary>
/// <param name="Path">The file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Value">The JSON object.</param>
public sealed record JsonLine(string Path, long Line, JsonElement Value)
{
    /// <summary>Whether the row has the field and it is not null.</summary>
    /// <param name="field">The field's name.</param>
    /// <returns>False also for an empty name.</returns>
    public bool Has(string field) => Value.TryGetProperty(field, out JsonElement value) && value.ValueKind is not JsonValueKind.Null;

    /// <summary>A text.</summary>
    /// <param name="field">The field's name.</param>
    /// <returns>The text, or null where the field is absent or null.</returns>
    /// <exception cref="DataException">The field is something other than text.</exception>
    public string? OptionalText(string field) =>
        !Has(field) ? null
        : Value.GetProperty(field) is { ValueKind: JsonValueKind.String } text ? text.GetString()
        : throw Fault($"the field '{field}' is {Kind(Value.GetProperty(field))}, but must be text.");

    /// <summary>A text that must be there.</summary>
    /// <param name="field">The field's name.</param>
    /// <param name="remedy">What to do when it is absent.</param>
    /// <returns>The text.</returns>
    /// <exception cref="DataException">The field is absent, null or not text; the message names the row's fields.</exception>
    public string Text(string field, string remedy) =>
        OptionalText(field) ?? throw Fault($"{(Value.TryGetProperty(field, out _) ? $"the field '{field}' is null" : $"there is no field '{field}'")}. The row has {Fields()}. {remedy}");

    /// <summary>A number.</summary>
    /// <param name="field">The field's name.</param>
    /// <returns>The number; 1 and 0 for true and false; NaN where the field is absent or null.</returns>
    /// <exception cref="DataException">The field is something else.</exception>
    public double Number(string field)
    {
        if (!Has(field))
            return double.NaN;
        JsonElement value = Value.GetProperty(field);
        return value.ValueKind switch
        {
            JsonValueKind.Number when double.IsFinite(value.GetDouble()) => value.GetDouble(),
            JsonValueKind.True => 1,
            JsonValueKind.False => 0,
            _ => throw Fault($"the field '{field}' is {Kind(value)}, but must be a finite number, or null where there is no label."),
        };
    }

    /// <summary>The names of the row's fields, for messages.</summary>
    /// <returns>Such as <c>prompt, response, split</c>.</returns>
    public string Fields() => string.Join(", ", Value.EnumerateObject().Select(field => field.Name)) is { Length: > 0 } names ? names : "no fields";

    /// <summary>An exception about this row.</summary>
    /// <param name="what">What was wrong and how to mend it.</param>
    /// <returns>The exception, to be thrown.</returns>
    public DataException Fault(string what) => new(Path, Line, what);

    internal static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => $"the text '{Short(value.GetString()!)}'",
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        _ => value.GetRawText(),
    };

    private static string Short(string text) => text.Length <= 40 ? text : $"{text[..40]}...";
}
