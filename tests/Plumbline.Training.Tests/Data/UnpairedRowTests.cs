using Plumbline.Training.Data;
using Plumbline.Training.Recipes;

namespace Plumbline.Training.Tests.Data;

public sealed class UnpairedRowTests
{
    [Fact]
    public void Rows_WithALabel_ArePairedByTheirPrompt()
    {
        using var file = new DataFile("""
            {"prompt": "p", "completion": "g1", "label": true}
            {"prompt": "q", "completion": "b", "label": false}
            {"prompt": "p", "completion": "b1", "label": false}
            {"prompt": "p", "completion": "b2", "label": false}
            {"prompt": "q", "completion": "g", "label": true, "split": "val"}
            {"prompt": "r", "completion": "g", "label": true}
            """);
        Assert.Equal([new PreferenceRow("p", "g1", "b1"), new PreferenceRow("q", "g", "b", Split: "val")], PreferenceRow.Read(file.Path));
    }

    [Theory]
    [InlineData("""{"prompt": "p", "completion": "g", "label": true}""", "rows.jsonl: no prompt has both a good and a bad completion (label true and false), so there is nothing to compare.")]
    [InlineData("""{"prompt": "p", "completion": "g", "label": 0.7}""", "rows.jsonl line 1: the field 'label' must be true for a good completion or false for a bad one.")]
    [InlineData("""{"question": "p", "completion": "g", "label": true}""", "rows.jsonl line 1: there is no field 'prompt'. The row has question, completion, label. Rows with a label are paired by their prompt. Set data.prompt_field to the field that holds it.")]
    public void Rows_ThatMakeNoPair_AreNamed(string row, string expected)
    {
        using var file = new DataFile(row);
        Assert.Equal(expected, file.Fault(path => PreferenceRow.Read(path)));
    }

    [Fact]
    public void Rows_ThatStayOnDisk_CannotBePaired()
    {
        using var file = new DataFile("""{"prompt": "p", "completion": "g", "label": true}""");
        Assert.Equal("rows.jsonl: rows with a label are paired by their prompt, which needs all of them at once. Set data.streaming to false, or write the pairs out: prompt, chosen, rejected.",
            file.Fault(path => PreferenceRow.Read([path], new DpoData { Streaming = true }, new PreferenceFields())));
    }
}
