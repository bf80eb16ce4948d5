using Plumbline.Training.Data;

namespace Plumbline.Training.Tests.Data;

public sealed class RowReaderTests
{
    [Fact]
    public void Read_ByteOrderMarkBlankLinesAndNoLastNewline_GivesTheRowsWithTheirLines()
    {
        using var file = new DataFile("\uFEFF{\"a\": 1}\r\n\n   \n{\"a\": \"é\"}");
        DataRow[] rows = [.. RowReader.Read(file.Path)];
        Assert.Equal([1L, 4L], rows.Select(row => row.Position));
        Assert.Equal(1, rows[0].Number("a"));
        Assert.Equal("é", rows[1].OptionalText("a"));
    }

    [Theory]
    [InlineData("{\"a\": 1}\n\n{\"a\": }\n", "rows.jsonl line 3: not valid JSON at byte 7: '}' is an invalid start of a value. Each line must be one whole JSON object.")]
    [InlineData("{\"a\": 1\n}\n", "rows.jsonl line 1: not valid JSON at byte 8: ")]
    [InlineData("{} {}\n", "rows.jsonl line 1: not valid JSON at byte 4: '{' is invalid after a single JSON value. ")]
    [InlineData("[1]\n", "rows.jsonl line 1: the line is a list, but each line must be one JSON object, {\"field\": value, ...}.")]
    [InlineData("\"abc\"\n", "rows.jsonl line 1: the line is the text 'abc', but each line must be one JSON object")]
    public void Read_MalformedLine_NamesFileLineAndReason(string content, string expected)
    {
        using var file = new DataFile(content);
        string fault = file.Fault(path => RowReader.Read(path).ToArray());
        Assert.StartsWith(expected, fault);
        Assert.DoesNotContain("LineNumber", fault);
    }

    [Fact]
    public void Read_NoSuchFile_IsAFaultOfTheFile()
    {
        DataException fault = Assert.Throws<DataException>(() => RowReader.Read("no-such.jsonl").ToArray());
        Assert.Equal(0, fault.Line);
        Assert.StartsWith("no-such.jsonl: there is no such file (", fault.Message);
    }

    [Fact]
    public void Fields_OfTheWrongKind_AreNamedWithTheirValue()
    {
        using var file = new DataFile("{\"t\": 5, \"n\": \"high\", \"b\": true, \"z\": null, \"big\": 1e999}\n");
        DataRow row = RowReader.Read(file.Path).Single();
        Assert.Equal("the field 't' is 5, but must be text.", Assert.Throws<DataException>(() => row.OptionalText("t")).Message.Split("line 1: ")[1]);
        Assert.Equal("the field 'n' is the text 'high', but must be a finite number, or null where there is no label.", Assert.Throws<DataException>(() => row.Number("n")).Message.Split("line 1: ")[1]);
        Assert.Throws<DataException>(() => row.Number("big"));
        Assert.Equal((1.0, double.NaN, double.NaN), (row.Number("b"), row.Number("z"), row.Number("absent")));
        Assert.Null(row.OptionalText("z"));
        Assert.Equal("the field 'z' is null. The row has t, n, b, z, big. Mend it.", Assert.Throws<DataException>(() => row.Text("z", "Mend it.")).Message.Split("line 1: ")[1]);
    }
}
