using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using TorchSharp;

namespace Plumbline.Bench;

/// <summary>What a benchmark found: rows of named cells, printed as a table and written as JSON.</summary>
internal sealed class Result(string bench, string title)
{
    private readonly List<(string Column, object Value)[]> _rows = [];

    /// <summary>Adds a row: texts, whole numbers, numbers, or <see cref="Samples"/> (shown as median and spread). Every row has the same columns.</summary>
    public void Add(params (string Column, object Value)[] cells) => _rows.Add(cells);

    /// <summary>Prints the table.</summary>
    public void Print(TextWriter output)
    {
        output.WriteLine($"{title}  ({Machine()})");
        if (_rows.Count == 0)
            return;
        string[][] lines = [[.. _rows[0].Select(cell => cell.Column)], .. _rows.Select(row => row.Select(cell => Show(cell.Value)).ToArray())];
        int[] widths = [.. Enumerable.Range(0, lines[0].Length).Select(column => lines.Max(line => line[column].Length))];
        foreach (string[] line in lines)
            output.WriteLine("  " + string.Join("  ", line.Select((text, i) => i == 0 ? text.PadRight(widths[i]) : text.PadLeft(widths[i]))).TrimEnd());
        output.WriteLine();
    }

    /// <summary>The whole as JSON; samples with every value.</summary>
    public JsonObject ToJson() => new()
    {
        ["bench"] = bench,
        ["title"] = title,
        ["machine"] = Machine(),
        ["threads"] = torch.get_num_threads(),
        ["rows"] = new JsonArray([.. _rows.Select(row => (JsonNode)new JsonObject(row.Select(cell => KeyValuePair.Create(cell.Column, Node(cell.Value)))))]),
    };

    private static string Machine() => $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSArchitecture}, {torch.get_num_threads()} threads";

    private static string Show(object value) => value switch
    {
        Samples samples => $"{Number(samples.Median)} ±{samples.Spread / 2:P0}",
        double number => Number(number),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Number(double value) => Math.Abs(value) switch
    {
        >= 1000 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 100 => value.ToString("F0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("F1", CultureInfo.InvariantCulture),
        >= 0.1 => value.ToString("F2", CultureInfo.InvariantCulture),
        _ => value.ToString("F4", CultureInfo.InvariantCulture),
    };

    private static JsonNode? Node(object value) => value switch
    {
        Samples samples => new JsonObject
        {
            ["median"] = samples.Median,
            ["least"] = samples.Least,
            ["greatest"] = samples.Greatest,
            ["values"] = new JsonArray([.. samples.Values.Select(v => (JsonNode)v)]),
        },
        _ => JsonSerializer.SerializeToNode(value),
    };
}
