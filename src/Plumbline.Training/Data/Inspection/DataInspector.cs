using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Plumbline.Models.Tokens;
using Plumbline.Training.Data.Formats;
using Plumbline.Training.Recipes;

namespace Plumbline.Training.Data.Inspection;

/// <summary>Goes once through rows and says what they are.</summary>
/// <remarks>Memory holds a few tens of bytes a row: lengths, and marks of 128 bits that tell rows apart.</remarks>
public static class DataInspector
{
    private const string NoLayout = "none";

    /// <summary>Inspects.</summary>
    /// <param name="source">Where the rows are.</param>
    /// <param name="tokenizer">Cuts texts into tokens; null counts characters.</param>
    /// <param name="maxLength">The length beyond which rows would be cut; null asks nothing.</param>
    /// <param name="samples">Rows to show.</param>
    /// <param name="cancellationToken">Cancelled by Ctrl-C.</param>
    /// <exception cref="DataException">The source cannot be read, or holds no row.</exception>
    public static DataReport Inspect(DataSource source, Tokenizer? tokenizer, int? maxLength, int samples, CancellationToken cancellationToken = default)
    {
        var parts = new RowParts(tokenizer);
        var bad = new BadRows(OnBadRow.Skip);
        OrderedDictionary<string, ColumnReport> columns = [];
        Dictionary<DataLayout, (long Rows, bool IsConversational)> layouts = [];
        OrderedDictionary<string, List<int>> lengths = [];
        HashSet<UInt128> rowMarks = [], promptMarks = [];
        List<IReadOnlyList<RowPart>> shown = [];
        long rows = 0, unfit = 0, duplicates = 0, duplicatePrompts = 0, truncated = 0, beyond = 0;
        foreach (DataRow row in RowReader.Read(source, new Dictionary<string, string>(), new PlainTextFormat(TextUnit.Text, "text"), bad))
        {
            cancellationToken.ThrowIfCancellationRequested();
            rows++;
            foreach (JsonProperty column in row.Value.EnumerateObject())
            {
                if (!columns.TryGetValue(column.Name, out ColumnReport? report))
                    columns.Add(column.Name, report = new ColumnReport(column.Name));
                report.Add(column.Value, row.IsUntyped);
            }
            duplicates += rowMarks.Add(Mark(JsonMarshal.GetRawUtf8Value(row.Value))) ? 0 : 1;
            if (DataLayout.Of(row) is not { } layout)
            {
                unfit++;
                continue;
            }
            (long others, bool isConversational) = layouts.GetValueOrDefault(layout);
            layouts[layout] = (others + 1, isConversational || layout.IsConversational(row));
            if (Take(row, layout, parts, bad) is not { Count: > 0 } own)
                continue;
            foreach (RowPart part in own)
                Of(lengths, part.Name).Add(part.Length);
            int longest = LongestPass(own);
            Of(lengths, "row").Add(longest);
            truncated += longest > maxLength ? 1 : 0;
            beyond += Math.Max(0, longest - (maxLength ?? int.MaxValue));
            if (own[0] is { Name: "prompt", Text.Length: > 0 } prompt)
                duplicatePrompts += promptMarks.Add(Mark(Encoding.UTF8.GetBytes(prompt.Text))) ? 0 : 1;
            if (shown.Count < samples)
                shown.Add(own);
        }
        if (rows == 0)
            throw new DataException(source.Path, 0, bad.First is null ? "the file holds no rows." : $"no row can be read; the first: {bad.First.Message}", bad.First);
        DataLayout? most = layouts.Count == 0 ? null : layouts.MaxBy(layout => layout.Value.Rows).Key;
        return new DataReport
        {
            Files = DataFiles.Of(source).Files,
            Rows = rows,
            BadRows = bad.Count,
            FirstBadRow = bad.First?.Message,
            Columns = [.. columns.Values],
            Layout = most,
            IsConversational = most is not null && layouts[most].IsConversational,
            RowsByLayout = layouts.Select(layout => (Name: string.Join(", ", layout.Key.Columns), layout.Value.Rows)).Concat(unfit > 0 ? [(NoLayout, unfit)] : []).ToDictionary(layout => layout.Item1, layout => layout.Item2),
            LengthUnit = tokenizer is null ? "characters" : "tokens",
            Lengths = lengths.ToDictionary(part => part.Key, part => LengthReport.Of(part.Value)),
            Duplicates = duplicates,
            DuplicatePrompts = duplicatePrompts,
            MaxLength = maxLength,
            Truncated = truncated,
            TruncatedLength = beyond,
            Samples = shown,
        };
    }

    // A prompt goes through the model with one answer at a time.
    private static int LongestPass(IReadOnlyList<RowPart> parts) =>
        parts.Where(part => part.Name == "prompt").Sum(part => part.Length) + parts.Where(part => part.Name != "prompt").Select(part => part.Length).DefaultIfEmpty(0).Max();

    private static IReadOnlyList<RowPart>? Take(DataRow row, DataLayout layout, RowParts parts, BadRows bad)
    {
        try
        {
            return parts.Of(row, layout);
        }
        catch (DataException fault)
        {
            bad.Report(fault);
            return null;
        }
    }

    private static List<int> Of(OrderedDictionary<string, List<int>> lengths, string part)
    {
        if (!lengths.TryGetValue(part, out List<int>? own))
            lengths.Add(part, own = []);
        return own;
    }

    // Enough of a digest that no two rows of any file share it.
    private static UInt128 Mark(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(bytes));
}
