using System.CommandLine;
using System.Text.Json;
using Plumbline.Models.Tokens;
using Plumbline.Training.Data;
using Plumbline.Training.Data.Inspection;
using Plumbline.Training.Recipes;

namespace Plumbline.Cli.Verbs;

internal static class DataVerb
{
    private const string Inspect = "inspect", Convert = "convert";

    public static Command Create()
    {
        var action = new Argument<string?>("action") { Description = $"{Inspect}: say what the rows are; {Convert}: write them as JSONL", Arity = ArgumentArity.ZeroOrOne };
        var path = new Argument<string?>("path") { Description = "a file (.jsonl, .json, .csv, .tsv, .parquet, .txt; perhaps .gz, .zst), a folder, or a pattern", Arity = ArgumentArity.ZeroOrOne };
        var model = new Option<string?>("--model") { HelpName = "DIR", Description = "inspect: a folder with tokenizer files, to count in tokens; weights are not needed" };
        var maxLength = new Option<int?>("--max-length") { HelpName = "N", Description = "inspect: say which rows are longer, and would be cut" };
        var rows = new Option<int>("--rows") { HelpName = "N", Description = "inspect: rows to show, their tokens coloured by what is learnt", DefaultValueFactory = _ => 3 };
        var columns = new Option<string?>("--columns") { HelpName = "A=B,...", Description = "columns under other names: ours=the file's, as data.columns in a recipe" };
        var split = new Option<string?>("--split") { HelpName = "NAME", Description = "of a folder, the files of this split; else the rows whose split says so" };
        var format = new Option<string?>("--format") { HelpName = "NAME", Description = "jsonl, json, csv, parquet or text; by the file's ending otherwise" };
        var output = new Option<string?>("--out") { HelpName = "FILE", Description = "convert: the JSONL to write" };
        Option<bool> json = CommonOptions.Json();
        var command = new Verb("data", "Say what stands in a data file before a run reads it, or write it as JSONL.",
            """
            plumbline data inspect pairs.jsonl
            plumbline data inspect data/train.parquet --model MODEL --max-length 512
            plumbline data inspect qa.csv --columns prompt=question,completion=answer
            plumbline data convert 'data/*.parquet' --out train.jsonl

            Tells rows, layout, columns, lengths, duplicates, empty fields, ranges of labels,
            what --max-length would cut, and shows a few rows: what is learnt is green, or,
            without colours, in brackets token by token. --json prints all of it as one object.
            """)
        { action, path, model, maxLength, rows, columns, split, format, output, json };
        command.SetAction((parsed, cancellationToken) =>
        {
            string? asked = parsed.GetValue(action);
            if (asked is not (Inspect or Convert))
                throw new UsageException($"{(asked is null ? "Say what to do with the data." : $"There is nothing called '{asked}' to do with data.")} Write plumbline data {Inspect} FILE, or plumbline data {Convert} FILE --out OUT.jsonl.");
            var source = new DataSource
            {
                Path = parsed.GetValue(path) ?? throw new UsageException($"Name a file, a folder or a pattern: plumbline data {asked} FILE."),
                Split = parsed.GetValue(split),
                Format = parsed.GetValue(format),
                Columns = Names(parsed.GetValue(columns)),
            };
            if (asked == Convert)
                Write(source, parsed.GetValue(output), parsed.GetValue(json));
            else
                Tell(source, parsed.GetValue(model), parsed.GetValue(maxLength), parsed.GetValue(rows), parsed.GetValue(json), cancellationToken);
            return Task.FromResult(CommandLineApp.Done);
        });
        return command;
    }

    private static void Tell(DataSource source, string? model, int? maxLength, int rows, bool json, CancellationToken cancellationToken)
    {
        if (maxLength < 1)
            throw new UsageException($"--max-length is {maxLength}, but a length is 1 or more.");
        if (rows < 0)
            throw new UsageException($"--rows is {rows}, but a number of rows is not negative; 0 shows none.");
        Tokenizer? tokenizer = model is null ? null : TokenizerFolder.Load(model);
        DataReport report = DataInspector.Inspect(source, tokenizer, maxLength, rows, cancellationToken);
        if (json)
            JsonOutput.Print(report);
        else
            new DataReportDisplay(Consoles.For(machine: false), tokenizer).Print(source.Path, report);
    }

    private static void Write(DataSource source, string? place, bool json)
    {
        if (place?.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) is not true)
            throw new UsageException(place is null ? "Name the file to write with --out; it ends in .jsonl." : $"--out is {place}, but rows are written as JSONL. Name a file that ends in .jsonl.");
        if (Path.GetFullPath(place) == Path.GetFullPath(source.Path))
            throw new UsageException($"--out is {place}, which is the file to read. Name another.");
        long rows = 0;
        using OutputFile target = OutputFile.Prepare(place)!;
        target.WriteLines(RowReader.Read(source).Select(row =>
        {
            rows++;
            return JsonOutput.Line(Renamed(row));
        }));
        if (json)
            JsonOutput.Print(new { rows, file = Path.GetFullPath(place) });
        else
            Console.WriteLine($"{rows} rows are in {place}.");
    }

    private static OrderedDictionary<string, JsonElement> Renamed(DataRow row)
    {
        Dictionary<string, string> ours = row.Columns.ToDictionary(name => name.Value, name => name.Key);
        var renamed = new OrderedDictionary<string, JsonElement>();
        foreach (JsonProperty column in row.Value.EnumerateObject())
            renamed[ours.GetValueOrDefault(column.Name, column.Name)] = column.Value;
        return renamed;
    }

    private static OrderedDictionary<string, string> Names(string? columns)
    {
        var names = new OrderedDictionary<string, string>();
        foreach (string pair in columns?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [])
            names[pair.Split('=', 2)[0].Trim()] = pair.Split('=', 2) is [{ Length: > 0 }, { Length: > 0 } theirs] ? theirs.Trim()
                : throw new UsageException($"--columns holds '{pair}', but each part is ours=the file's, such as prompt=question.");
        return names;
    }
}
