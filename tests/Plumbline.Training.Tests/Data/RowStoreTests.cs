using System.IO.Compression;
using System.Text.Json;
using Plumbline.Training.Data;
using Plumbline.Training.Recipes;
using Plumbline.Training.Tests.Runs;

namespace Plumbline.Training.Tests.Data;

public sealed class RowStoreTests : IDisposable
{
    private static readonly string[] Lines = [.. Enumerable.Range(0, 50).Select(i => JsonSerializer.Serialize(new { prompt = $"p{i} é", completion = new string('c', 1 + i * 37 % 100) }))];

    private readonly TemporaryFolder _folder = new();

    // Plain JSONL is read in place, the others from a copy; in either case any order of asking gives the rows that memory would hold.
    [Theory, InlineData("rows.jsonl"), InlineData("rows.jsonl.gz"), InlineData("rows.json"), InlineData("rows.csv")]
    public void Rows_ThatStayOnDisk_AreThoseThatMemoryHolds(string name)
    {
        string path = Write(name);
        RowList<SftRow> held = SftRow.Read([path], new SftData()), streamed = SftRow.Read([path], new SftData { Streaming = true });
        Assert.Equal(held, streamed);
        foreach (int i in new[] { 49, 0, 17, 17, 3 })
            Assert.Equal(held[i], streamed[i]);
    }

    [Fact]
    public void Rows_ThatStayOnDisk_AreMixedAndSkippedAlike()
    {
        string first = Write("rows.jsonl"), second = _folder["b.csv"];
        File.WriteAllLines(second, ["question,completion", "q1,a1", "q2", "q3,a3"]);
        DataSource[] sources = [new() { Path = first, Weight = 2 }, new() { Path = second, Weight = 1, Columns = new Dictionary<string, string> { ["prompt"] = "question" } }];
        var data = new SftData { OnBadRow = OnBadRow.Skip, StoppingStrategy = StoppingStrategy.AllExhausted };
        RowList<SftRow> held = SftRow.Read(sources, data, seed: 5), streamed = SftRow.Read(sources, data with { Streaming = true }, seed: 5);
        Assert.Equal(held, streamed);
        Assert.Equal((1, 1), (held.Skipped.Count, streamed.Skipped.Count));
    }

    // A byte order mark and CRLF lie between the places of rows.
    [Fact]
    public void Rows_BehindAByteOrderMark_AreFoundByTheirPlaces()
    {
        string path = _folder["rows.jsonl"];
        File.WriteAllText(path, "\uFEFF" + string.Join("\r\n", Lines));
        Assert.Equal(SftRow.Read([path], new SftData()), SftRow.Read([path], new SftData { Streaming = true }));
    }

    [Fact]
    public void Rows_OfAFileThatWasCutMeanwhile_AreAFaultThatSaysSo()
    {
        string path = Write("rows.jsonl");
        RowList<SftRow> rows = SftRow.Read([path], new SftData { Streaming = true });
        File.WriteAllText(path, Lines[0]);
        DataException fault = Assert.Throws<DataException>(() => rows[40]);
        Assert.Equal($"{path} line 41: the row cannot be read again: it has become shorter. Leave the file as it is while a run reads it (data.streaming).", fault.Message);
    }

    // Faults are told while the rows are gone through, not when a row's step comes.
    [Fact]
    public void Rows_ThatAreFaulty_AreToldAtOnce()
    {
        string path = _folder["rows.jsonl"];
        File.WriteAllLines(path, [.. Lines, "{"]);
        Assert.Equal(51, Assert.Throws<DataException>(() => SftRow.Read([path], new SftData { Streaming = true })).Line);
    }

    private string Write(string name)
    {
        string path = _folder[name];
        switch (name)
        {
            case "rows.jsonl":
                File.WriteAllLines(path, Lines);
                break;
            case "rows.json":
                File.WriteAllText(path, $"[{string.Join(",\n", Lines)}]");
                break;
            case "rows.csv":
                File.WriteAllLines(path, Lines.Select(line => JsonElement.Parse(line)).Select(row => $"\"{row.GetProperty("prompt")}\",{row.GetProperty("completion")}").Prepend("prompt,completion"));
                break;
            default:
                using (var text = new StreamWriter(new GZipStream(File.Create(path), CompressionLevel.Fastest)))
                    foreach (string line in Lines)
                        text.WriteLine(line);
                break;
        }
        return path;
    }

    public void Dispose() => _folder.Dispose();
}
