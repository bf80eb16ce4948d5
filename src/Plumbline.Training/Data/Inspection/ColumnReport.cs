using System.Text.Json;

namespace Plumbline.Training.Data.Inspection;

/// <summary>What a column holds.</summary>
/// <param name="name">The file's name for it.</param>
public sealed class ColumnReport(string name)
{
    private readonly SortedSet<string> _kinds = [];
    private double _sum;

    /// <summary>The file's name for it.</summary>
    public string Name => name;

    /// <summary>The kinds of its values: text, number, true/false, list, object.</summary>
    public IReadOnlyCollection<string> Kinds => _kinds;

    /// <summary>Rows with a value.</summary>
    public long Filled { get; private set; }

    /// <summary>Rows whose text, list or object is empty; they count as filled.</summary>
    public long Empty { get; private set; }

    /// <summary>Rows whose value is a number or a truth value, or text that spells one in a format of text alone.</summary>
    public long Numbers { get; private set; }

    /// <summary>The smallest number; NaN where there is none.</summary>
    public double Min { get; private set; } = double.NaN;

    /// <summary>The largest number; NaN where there is none.</summary>
    public double Max { get; private set; } = double.NaN;

    /// <summary>The numbers' mean; NaN where there is none.</summary>
    public double Mean => _sum / Numbers;

    internal void Add(JsonElement value, bool isUntyped)
    {
        if (value.ValueKind is JsonValueKind.Null)
            return;
        Filled++;
        if (Figure(value, isUntyped) is { } number)
        {
            Numbers++;
            _sum += number;
            (Min, Max) = (Numbers == 1 ? number : Math.Min(Min, number), Numbers == 1 ? number : Math.Max(Max, number));
        }
        (string kind, bool isEmpty) = value.ValueKind switch
        {
            JsonValueKind.String => ("text", string.IsNullOrWhiteSpace(value.GetString())),
            JsonValueKind.Array => ("list", value.GetArrayLength() == 0),
            JsonValueKind.Object => ("object", !value.EnumerateObject().Any()),
            JsonValueKind.Number => ("number", false),
            _ => ("true/false", false),
        };
        _kinds.Add(kind);
        Empty += isEmpty ? 1 : 0;
    }

    private static double? Figure(JsonElement value, bool isUntyped) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        JsonValueKind.String when isUntyped => NumberText.Parse(value.GetString()!),
        _ => null,
    };
}
