using System.Text.Json;
using System.Text.Json.Nodes;

namespace Plumbline.Training.Data.Formats;

/// <summary>Plain text as rows of one column.</summary>
/// <param name="unit">What a row is.</param>
/// <param name="column">The column's name: what its reader looks for.</param>
internal sealed class PlainTextFormat(TextUnit unit, string column) : ITableFormat
{
    /// <inheritdoc/>
    public string Name => "text";

    /// <inheritdoc/>
    public IReadOnlyList<string> Extensions => [PlainText.Extension];

    /// <inheritdoc/>
    public IEnumerable<DataRow> Read(string path, BadRows badRows) =>
        (unit is TextUnit.Line ? PlainText.ReadLines(path) : PlainText.ReadTexts(path))
            .Select((text, i) => new DataRow(path, i + 1, JsonSerializer.SerializeToElement(new JsonObject { [column] = text })) { Unit = RowUnit.Row });
}
