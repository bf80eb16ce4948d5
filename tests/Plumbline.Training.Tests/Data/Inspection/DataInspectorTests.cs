using Plumbline.Training.Data;
using Plumbline.Training.Data.Inspection;

namespace Plumbline.Training.Tests.Data.Inspection;

public sealed class DataInspectorTests
{
    [Fact]
    public void Inspect_Rows_CountsWhatIsInThem()
    {
        using var file = new DataFile("""
            {"prompt": "ab", "completion": "c", "score": 0.5}
            {"prompt": "ab", "completion": "cdef", "score": 2}
            {"prompt": "ab", "completion": "c", "score": 0.5}
            {"prompt": "x", "completion": "", "score": null}
            {"text": "whole"}
            {"other": [1]}
            not a row
            """);
        DataReport report = DataInspector.Inspect(file.Path, tokenizer: null, maxLength: 4, samples: 2);
        Assert.Equal((6, 2), (report.Rows, report.BadRows));                    // the line that is none, and the row whose completion is empty
        Assert.Equal("prompt-completion", report.Layout!.Name);
        Assert.Equal(new Dictionary<string, long> { ["prompt, completion"] = 4, ["text"] = 1, ["none"] = 1 }, report.RowsByLayout);
        Assert.Equal((1, 2), (report.Duplicates, report.DuplicatePrompts));
        ColumnReport score = report.Columns.Single(column => column.Name == "score"), completion = report.Columns.Single(column => column.Name == "completion");
        Assert.Equal((3, 0.5, 2, 1), (score.Numbers, score.Min, score.Max, score.Mean));
        Assert.Equal((4, 1), (completion.Filled, completion.Empty));
        // Rows of prompt and completion: 3, 6, 3; of text: 5. Beyond 4 are two rows, by 2 and by 1 characters.
        Assert.Equal((3, 3, 6, 6, 17), (report.Lengths["row"].Min, report.Lengths["row"].Median, report.Lengths["row"].P95, report.Lengths["row"].Max, report.Lengths["row"].Total));
        Assert.Equal((2, 3), (report.Truncated, report.TruncatedLength));
        Assert.Equal([("prompt", "ab", false), ("completion", "c", true)], report.Samples[0].Select(part => (part.Name, part.Text, part.IsLearnt)));
        Assert.Equal(2, report.Samples.Count);
    }

    // Lengths 1, 2, 3, 4, 5, 8, 9: up to 1: one, 2: one, 4: two, 8: two, 16: one.
    [Fact]
    public void Lengths_AreCountedInPowersOfTwo()
    {
        LengthReport report = LengthReport.Of([5, 1, 9, 2, 8, 3, 4]);
        Assert.Equal([new(1, 1), new(2, 1), new(4, 2), new(8, 2), new(16, 1)], report.Histogram);
        Assert.Equal((1, 4, 9, 9, 32), (report.Min, report.Median, report.P95, report.Max, report.Total));
        Assert.Equal(new LengthBin(1, 1), Assert.Single(LengthReport.Of([0]).Histogram));
    }

    [Theory]
    [InlineData("""{"chosen": "a b", "rejected": "a c", "prompt": "p"}""", "preference", false)]
    [InlineData("""{"prompt": "p", "completion": "c", "label": true}""", "unpaired preference", false)]
    [InlineData("""{"prompt": "p", "response": "c", "helpful": 1}""", "labelled", false)]
    [InlineData("""{"prompt": "p", "completion": "c"}""", "prompt-completion", false)]
    [InlineData("""{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}""", "language modeling", true)]
    [InlineData("""{"instruction": "p", "output": "c"}""", "instruction", false)]
    [InlineData("""{"prompt": "p", "family": "direct"}""", "prompt-only", false)]
    public void Layouts_AreFoundByTheirColumns(string row, string layout, bool isConversational)
    {
        using var file = new DataFile(row);
        DataReport report = DataInspector.Inspect(file.Path, null, null, 1);
        Assert.Equal((layout, isConversational, 0), (report.Layout!.Name, report.IsConversational, report.BadRows));
        Assert.Single(report.Samples);
    }

    [Fact]
    public void Inspect_NoRow_IsAFault()
    {
        using var empty = new DataFile("\n");
        Assert.Equal("rows.jsonl: the file holds no rows.", empty.Fault(path => DataInspector.Inspect(path, null, null, 1)));
        using var broken = new DataFile("{\n");
        Assert.StartsWith("rows.jsonl: no row can be read; the first: rows.jsonl line 1: not valid JSON", broken.Fault(path => DataInspector.Inspect(path, null, null, 1)));
    }
}
