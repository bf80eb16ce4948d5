using System.Globalization;
using System.Text;
using Plumbline.Models.Tokens;
using Plumbline.Training.Data.Inspection;
using Spectre.Console;

namespace Plumbline.Cli.Verbs;

/// <summary>A data report for people: tables, a histogram, and rows whose tokens show what is learnt.</summary>
internal sealed class DataReportDisplay(IAnsiConsole console, Tokenizer? tokenizer)
{
    private const int BarWidth = 40, TokensShown = 200, CharactersShown = 600, MostColumns = 30;

    // Neighbours differ, so that the border between two tokens is seen.
    private static readonly string[] Learnt = ["green", "lime"], Read = ["grey", "silver"];

    private bool HasColours => console.Profile.Capabilities is { Ansi: true, ColorSystem: not ColorSystem.NoColors };

    public void Print(string path, DataReport report)
    {
        Line($"{path}: {Number(report.Rows)} {(report.Rows == 1 ? "row" : "rows")}{(report.Files.Count > 1 ? $" in {report.Files.Count} files" : "")}.");
        Line(Layout(report));
        Columns(report);
        if (report.Lengths.Count > 0)
            Lengths(report);
        if (report.MaxLength is { } limit)
            Line(report.Truncated == 0 ? $"No row is longer than {limit} {report.LengthUnit}."
                : $"Longer than {limit} {report.LengthUnit}: {Part(report.Truncated, report)}; cut there, {Number(report.TruncatedLength)} {report.LengthUnit} are lost in all.");
        if (report.Duplicates > 0)
            Line($"Same as an earlier row: {Part(report.Duplicates, report)}.");
        if (report.DuplicatePrompts > 0)
            Line($"Prompt of an earlier row: {Part(report.DuplicatePrompts, report)}.");
        if (report.BadRows > 0)
            Line($"Cannot be used: {Number(report.BadRows)} (data.on_bad_row=skip leaves them out); the first: {report.FirstBadRow}");
        Samples(report);
    }

    private static string Layout(DataReport report)
    {
        if (report.Layout is not { } layout)
            return $"No layout fits. Give columns their names, such as --columns prompt={(report.Columns.Count > 0 ? report.Columns[0].Name : "question")}; layouts are {string.Join("; ", DataLayout.All.Select(known => string.Join(" + ", known.Columns)))}.";
        string others = report.RowsByLayout.Count == 1 ? "" : $" Not all rows: {string.Join(", ", report.RowsByLayout.Select(some => $"{Number(some.Value)} have {some.Key}"))}.";
        return $"Layout: {layout.Name}{(report.IsConversational ? ", conversational" : "")}, since rows have {string.Join(" and ", layout.Columns)}; for {string.Join(", ", layout.Verbs)}.{others}";
    }

    private void Columns(DataReport report)
    {
        Table table = New("column", "holds", "filled", "empty", "numbers");
        foreach (ColumnReport column in report.Columns.Take(MostColumns))
            table.AddRow(Markup.Escape(column.Name), string.Join(", ", column.Kinds), Number(column.Filled), Number(column.Empty),
                column.Numbers == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{column.Min:G4} to {column.Max:G4}, mean {column.Mean:G4}"));
        console.Write(table);
        if (report.Columns.Count > MostColumns)
            Line($"... and {report.Columns.Count - MostColumns} more columns.");
    }

    private void Lengths(DataReport report)
    {
        Table table = New(report.LengthUnit, "min", "median", "p95", "max", "total");
        foreach ((string part, LengthReport length) in report.Lengths)
            table.AddRow(part, Number(length.Min), Number(length.Median), Number(length.P95), Number(length.Max), Number(length.Total));
        console.Write(table);
        IReadOnlyList<LengthBin> bins = report.Lengths["row"].Histogram;
        int most = bins.Max(bin => bin.Rows);
        Table histogram = New($"row, {report.LengthUnit}", "rows", "");
        foreach (LengthBin bin in bins)
            histogram.AddRow($"up to {Number(bin.UpTo)}", Number(bin.Rows), new string('#', (int)Math.Ceiling((double)BarWidth * bin.Rows / most)));
        console.Write(histogram);
    }

    private void Samples(DataReport report)
    {
        foreach ((int i, IReadOnlyList<RowPart> row) in report.Samples.Index())
        {
            Line("");
            Line($"Row {i + 1}");
            foreach ((int place, RowPart part) in row.Where(part => part.Length > 0).Index())
                console.MarkupLine($"{part.Name}: {Shown(part, startsText: place == 0)}");
        }
        if (report.Samples.Any(row => row.Any(part => part.IsLearnt)))
            Line(HasColours ? "Green: what is learnt. Grey: what is only read." : $"In brackets: what is learnt{(tokenizer is null ? "" : ", token by token")}. The rest is only read.");
    }

    private string Shown(RowPart part, bool startsText)
    {
        string[] pieces = part.Ids is null ? [Cut(part.Text)] : Pieces(part.Ids, startsText);
        var text = new StringBuilder();
        foreach ((int i, string piece) in pieces.Index())
        {
            string visible = Markup.Escape(piece.Replace("\n", "\\n", StringComparison.Ordinal));
            text.Append(HasColours ? $"[{(part.IsLearnt ? Learnt : Read)[i % 2]}]{visible}[/]" : part.IsLearnt ? $"[[{visible}]]" : visible);
        }
        return part.Ids?.Length > TokensShown ? $"{text} ... ({part.Ids.Length - TokensShown} more)" : text.ToString();
    }

    // A token's text depends on those before it: a first space may be the vocabulary's own, and a character may take several tokens.
    private string[] Pieces(IEnumerable<int> ids, bool startsText)
    {
        IncrementalDecoder decoder = tokenizer!.CreateDecoder(skipSpecialTokens: false, startsText);
        string[] pieces = [.. ids.Take(TokensShown).Select(decoder.Add)];
        pieces[^1] += decoder.Flush();
        return pieces;
    }

    private static string Cut(string text) => text.Length <= CharactersShown ? text : $"{text[..CharactersShown]}...";

    private static Table New(params string[] columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach ((int i, string column) in columns.Index())
            table.AddColumn(new TableColumn(column) { Alignment = i == 0 || column is "holds" or "" or "numbers" ? Justify.Left : Justify.Right });
        return table;
    }

    // Not through Spectre's wrapping of long lines where nobody looks at a terminal: a message stays one line.
    private void Line(string text) => console.Profile.Out.Writer.WriteLine(text);

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Part(long rows, DataReport report) => string.Create(CultureInfo.InvariantCulture, $"{rows:N0} of {report.Rows:N0} rows ({(double)rows / report.Rows:P1})");
}
