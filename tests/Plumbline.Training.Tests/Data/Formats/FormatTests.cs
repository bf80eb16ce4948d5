using System.IO.Compression;
using System.Text;
using Plumbline.Training.Data;
using Plumbline.Training.Tests.Runs;

namespace Plumbline.Training.Tests.Data.Formats;

public sealed class FormatTests : IDisposable
{
    // Written by DuckDB 1.5: id, prompt, messages of five rows, with nulls at every level.
    private const string ByAnotherWriter =
        "UEFSMRUAFTQVNiwVChUAFQYVBgAAGiQCAAAACgEBAAAAAQosAwAAAAQAAAAFAAAAFQAVjAEVWiwVChUAFQYVBgAARhghAAAAQR0AdgEAMAkAAABhIMOpIPCfmYIBKzwEAAAAZm91cgQA"
        + "AABmaXZlFQAV4gIVfCwVDhUAFQYVBgAAsQEYIQAAAEFCAHYBAABhASUIZAgRdiYA+gEAUAQAAAB1c2VyCQAAAGFzc2lzdGFudBEVJAYAAABzeXN0ZW0VABW2AhVaLBUOFQAVBhUGAACb"
        + "ARghAAAAQUIAdgEAAGEBJQhkBhF2JgD6AQBAAgAAAGhpAgAAAHlvAQAAAHMVAhmMNQAYDWR1Y2tkYl9zY2hlbWEVBgAVAiUCGAJpZCUiABUMJQIYBnByb21wdCUAADUCGAhtZXNzYWdl"
        + "cxUCFQYANQQYBGxpc3QVAgA1AhgHZWxlbWVudBUEABUMJQIYBHJvbGUlAAAVDCUCGAdjb250ZW50JQAAFgoZHBlMJgAcFQIZFQAZGAJpZBUCFgoWVhZYJgg8GAQFAAAAGAQBAAAAFgAo"
        + "BAUAAAAYBAEAAAAREQAAACYAHBUMGRUAGRgGcHJvbXB0FQIWChawARZ+JmA8GARmb3VyJgIoBGZvdXIYABERAAAAJgAcFQwZFQAZSAhtZXNzYWdlcwRsaXN0B2VsZW1lbnQEcm9sZRUC"
        + "Fg4WhgMWoAEm3gE8GAR1c2VyGAlhc3Npc3RhbnQWCCgEdXNlchgJYXNzaXN0YW50EREAAAAmABwVDBkVABlICG1lc3NhZ2VzBGxpc3QHZWxlbWVudAdjb250ZW50FQIWDhbaAhZ+Jv4C"
        + "PBgCeW8YAmhpFgooAnlvGAJoaRERAAAAFuYHFgomCBb0AwAoKER1Y2tEQiB2ZXJzaW9uIHYxLjUuNiAoYnVpbGQgMDY5Y2M5ZjliNSkZTBwAABwAABwAABwAAADUAQAAUEFSMQ==";

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("rows.jsonl", "{\"id\": 1, \"text\": \"a\"}\n{\"id\": 2, \"text\": \"b\\nc\"}\n")]
    [InlineData("rows.ndjson", "{\"id\": 1, \"text\": \"a\"}\r\n\r\n{\"id\": 2, \"text\": \"b\\nc\"}")]
    [InlineData("rows.json", " [\n {\"id\": 1,\n  \"text\": \"a\"}, {\"id\": 2, \"text\": \"b\\nc\"}]")]
    [InlineData("lines.json", "{\"id\": 1, \"text\": \"a\"}\n{\"id\": 2, \"text\": \"b\\nc\"}\n")]
    [InlineData("rows.csv", "id,text\n1,a\n2,\"b\nc\"\n")]
    [InlineData("german.csv", "id;text\r\n1;a\r\n\r\n2;\"b\nc\"")]
    [InlineData("rows.tsv", "id\ttext\n1\ta\n2\t\"b\nc\"\n")]
    public void Read_AnyFormat_GivesTheSameRows(string name, string content)
    {
        foreach (string beginning in new[] { "", "\uFEFF" })
            foreach (string path in new[] { Plain(name, beginning + content), Gzip(name, beginning + content), Zstd(name, beginning + content) })
            {
                DataRow[] rows = [.. RowReader.Read(path)];
                Assert.Equal(["a", "b\nc"], rows.Select(row => row.OptionalText("text")));
                Assert.Equal([1.0, 2], rows.Select(row => row.Number("id")));
            }
    }

    [Fact]
    public void Parquet_ByAnotherWriter_HasNestedListsAndNulls()
    {
        string path = _folder["rows.parquet"];
        File.WriteAllBytes(path, Convert.FromBase64String(ByAnotherWriter));
        DataRow[] rows = [.. RowReader.Read(path)];
        Assert.Equal([1.0, 2, 3, 4, 5], rows.Select(row => row.Number("id")));
        Assert.Equal(["a é 🙂", null, "", "four", "five"], rows.Select(row => row.OptionalText("prompt")));
        string?[] messages = [.. rows.Select(row => row.TryGet("messages", out var value) ? value.GetRawText() : null)];
        Assert.Equal("""[{"role":"user","content":"hi"},{"role":"assistant","content":"yo"}]""", messages[0]);
        Assert.Equal("[]", messages[1]);
        Assert.Equal("null", messages[3]);
        Assert.Equal($"{path} row 2: it is so.", rows[1].Fault("it is so.").Message);
        Assert.Equal("id, prompt, messages", rows[1].Fields());
    }

    [Theory]
    [InlineData("rows.csv", "a,b\n1,2\n3\n", "rows.csv line 3: the row has 1 values, but the first line names 2 columns (a, b). Put values that hold the separator into double quotes.")]
    [InlineData("rows.csv", "a,b,a\n1,2,3\n", "rows.csv line 1: two columns are called 'a'. The first line must name each column once.")]
    [InlineData("rows.json", "[{\"a\": 1}, 2]", "rows.json row 2: the row is 2, but each must be an object, {\"field\": value, ...}.")]
    [InlineData("rows.json", "[{\"a\": 1},\n {\"a\": }]", "rows.json: not valid JSON at line 2, byte 8: '}' is an invalid start of a value. The file must be a list of objects, [{...}, {...}].")]
    [InlineData("rows.json", "[{\"a\": 1}", "rows.json: not valid JSON at line 1, byte 10: ")]
    [InlineData("rows.parquet", "PAR1 and nothing else", "rows.parquet: the file cannot be read as Parquet: ")]
    [InlineData("rows.xlsx", "", "rows.xlsx: the ending '.xlsx' tells no format. Rename the file to one of .jsonl, .ndjson, .json, .csv, .tsv, .parquet (perhaps with .gz or .zst), or give its format: one of jsonl, json, csv, parquet.")]
    [InlineData("rows.jsonl.gz", "{}", "rows.jsonl.gz: the file cannot be decompressed: ")]
    [InlineData("rows.jsonl.zst", "{}", "rows.jsonl.zst: the file cannot be decompressed: ")]
    [InlineData("rows.parquet.gz", "", "rows.parquet.gz: a Parquet file is compressed within, and cannot be read when it is compressed again. Decompress it.")]
    public void Read_WhatIsNotOfTheFormat_NamesFilePlaceAndRemedy(string name, string content, string expected)
    {
        using var file = new DataFile(content, name);
        Assert.StartsWith(expected, file.Fault(path => RowReader.Read(path).ToArray()));
    }

    [Theory, InlineData("rows.jsonl", "rows.jsonl line 1: the line is not UTF-8. Save the file as UTF-8."), InlineData("rows.csv", "rows.csv: the file is not UTF-8. Save it as UTF-8.")]
    public void Read_BytesThatAreNotUtf8_SaySo(string name, string expected)
    {
        string path = _folder[name];
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes("{\"a\": \"é\"}\n"));
        Assert.Equal(expected, Assert.Throws<DataException>(() => RowReader.Read(path).ToArray()).Message.Replace(path, name, StringComparison.Ordinal));
    }

    [Fact]
    public void Csv_HoldsTextAlone_OfWhichNumbersAreReadWhereTheyAreWanted()
    {
        string path = Plain("rows.csv", "prompt,score,flag\n42,0.5,true\n,,\nx,high,false\n");
        DataRow[] rows = [.. RowReader.Read(path)];
        Assert.Equal(["42", null, "x"], rows.Select(row => row.OptionalText("prompt")));
        Assert.Equal((0.5, 1.0, double.NaN, 0.0), (rows[0].Number("score"), rows[0].Number("flag"), rows[1].Number("score"), rows[2].Number("flag")));
        Assert.Equal($"{path} line 4: the field 'score' is the text 'high', but must be a finite number, or empty where there is no label.", Assert.Throws<DataException>(() => rows[2].Number("score")).Message);
    }

    // Lines longer than the reader's buffer (64 KiB), and ends of lines at its border.
    [Fact]
    public void JsonLines_LongerThanTheBuffer_AreReadWithTheirPlaces()
    {
        string[] texts = [.. new[] { 10, 65_520, 200_000, 1, 65_536 }.Select(length => new string('x', length))];
        string path = Plain("rows.jsonl", string.Concat(texts.Select(text => $"{{\"t\": \"{text}\"}}\r\n")));
        DataRow[] rows = [.. RowReader.Read(path)];
        Assert.Equal(texts, rows.Select(row => row.OptionalText("t")));
        byte[] whole = File.ReadAllBytes(path);
        Assert.All(rows, row => Assert.Equal(row.Value.GetRawText(), Encoding.UTF8.GetString(whole, (int)row.Bytes!.Value.Offset, row.Bytes.Value.Length)));
    }

    private string Plain(string name, string content)
    {
        File.WriteAllText(_folder[name], content);
        return _folder[name];
    }

    private string Gzip(string name, string content)
    {
        using var file = new GZipStream(File.Create(_folder[$"{name}.gz"]), CompressionLevel.Fastest);
        file.Write(Encoding.UTF8.GetBytes(content));
        return _folder[$"{name}.gz"];
    }

    private string Zstd(string name, string content)
    {
        using var file = new ZstdSharp.CompressionStream(File.Create(_folder[$"{name}.zst"]), leaveOpen: false);
        file.Write(Encoding.UTF8.GetBytes(content));
        return _folder[$"{name}.zst"];
    }

    public void Dispose() => _folder.Dispose();
}
