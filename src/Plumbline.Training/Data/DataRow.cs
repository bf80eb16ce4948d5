using System.Text.Json;

namespace Plumbline.Training.Data;

/// <summary>One row of a data file of any format: named values, and where it stands.</summary>
/// <param name="Path">The file.</param>
/// <param name="Position">The line it begins at, or the row, from 1.</param>
/// <param name="Value">The values, a JSON object; lists and objects within it stay as they are.</param>
public sealed record DataRow(string Path, long Position, JsonElement Value)
{
    /// <summary>The field that says which split a row belongs to, unless a recipe names another.</summary>
    public const string SplitField = "split";

    /// <summary>What <see cref="Position"/> counts.</summary>
    public RowUnit Unit { get; init; } = RowUnit.Line;

    /// <summary>Whether the format knows text alone (CSV), so that a number is the text of one.</summary>
    public bool IsUntyped { get; init; }

    /// <summary>Columns under other names: ours to the file's. A name that is not in it is the file's own.</summary>
    public IReadOnlyDictionary<string, string> Columns { get; init; } = new Dictionary<string, string>();

    /// <summary>Where the row's JSON stands in the file, in bytes; null where it cannot be read from there again.</summary>
    internal ByteRange? Bytes { get; init; }

    /// <summary>Whether the row has the field and it is not null.</summary>
    /// <param name="field">The field's name.</param>
    /// <returns>False also for an empty name.</returns>
    public bool Has(string field) => TryGet(field, out JsonElement value) && value.ValueKind is not JsonValueKind.Null;

    /// <summary>The value of a field, whatever its kind.</summary>
    /// <param name="field">The field's name.</param>
    /// <param name="value">The value; undefined where there is no such field.</param>
    /// <returns>Whether the row has the field.</returns>
    public bool TryGet(string field, out JsonElement value) => Value.TryGetProperty(Named(field), out value);

    /// <summary>A text.</summary>
    /// <param name="field">The field's name.</param>
    /// <returns>The text, or null where the field is absent or null.</returns>
    /// <exception cref="DataException">The field is something other than text.</exception>
    public string? OptionalText(string field) =>
        !Has(field) ? null
        : Get(field) is { ValueKind: JsonValueKind.String } text ? text.GetString()
        : throw Fault($"the field '{Named(field)}' is {Kind(Get(field))}, but must be text.");

    /// <summary>A text that must be there.</summary>
    /// <param name="field">The field's name.</param>
    /// <param name="remedy">What to do when it is absent.</param>
    /// <returns>The text.</returns>
    /// <exception cref="DataException">The field is absent, null or not text; the message names the row's fields.</exception>
    public string Text(string field, string remedy) =>
        OptionalText(field) ?? throw Fault($"{(TryGet(field, out _) ? $"the field '{Named(field)}' is null" : $"there is no field '{Named(field)}'")}. The row has {Fields()}. {remedy}");

    /// <summary>A number.</summary>
    /// <param name="field">The field's name.</param>
    /// <returns>The number; 1 and 0 for true and false; NaN where the field is absent or null.</returns>
    /// <exception cref="DataException">The field is something else.</exception>
    public double Number(string field)
    {
        if (!Has(field))
            return double.NaN;
        JsonElement value = Get(field);
        return value.ValueKind switch
        {
            JsonValueKind.Number when double.IsFinite(value.GetDouble()) => value.GetDouble(),
            JsonValueKind.True => 1,
            JsonValueKind.False => 0,
            JsonValueKind.String when IsUntyped && NumberText.Parse(value.GetString()!) is { } number => number,
            _ => throw Fault($"the field '{Named(field)}' is {Kind(value)}, but must be a finite number, or {(IsUntyped ? "empty" : "null")} where there is no label."),
        };
    }

    /// <summary>The names of the row's fields, for messages.</summary>
    /// <returns>Such as <c>prompt, response, split</c>.</returns>
    public string Fields() => string.Join(", ", Value.EnumerateObject().Select(field => field.Name)) is { Length: > 0 } names ? names : "no fields";

    /// <summary>Where it stands, for messages.</summary>
    public string Place => DataException.Place(Path, Position, Unit);

    /// <summary>An exception about this row.</summary>
    /// <param name="what">What was wrong and how to mend it.</param>
    /// <returns>The exception, to be thrown.</returns>
    public DataException Fault(string what) => new(Path, Position, what, unit: Unit);

    internal static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => $"the text '{Short(value.GetString()!)}'",
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        _ => value.GetRawText(),
    };

    private JsonElement Get(string field) => Value.GetProperty(Named(field));

    private string Named(string field) => Columns.GetValueOrDefault(field, field);

    private static string Short(string text) => text.Length <= 40 ? text : $"{text[..40]}...";
}
