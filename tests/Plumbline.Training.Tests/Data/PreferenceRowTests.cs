using Plumbline.TestKit;
using Plumbline.Training.Data;
using Plumbline.Training.Tests.Runs;

namespace Plumbline.Training.Tests.Data;

public sealed class PreferenceRowTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Read_TextsAndMessages_GiveTheSameRow()
    {
        PreferenceRow[] rows = [.. Read(
            """{"prompt":"p","chosen":"c","rejected":"r","margin":0.5,"split":"val"}""",
            """{"prompt":[{"role":"user","content":"p"}],"chosen":[{"role":"assistant","content":"c"}],"rejected":[{"role":"assistant","content":"r"}]}""",
            """{"chosen":[{"role":"user","content":"p"},{"role":"assistant","content":"c"}],"rejected":[{"role":"user","content":"p"},{"role":"assistant","content":"r"}]}""")];
        Assert.All(rows, row => Assert.Equal(("p", "c", "r"), (row.Prompt, row.Chosen, row.Rejected)));
        Assert.Equal([0.5, double.NaN, double.NaN], rows.Select(r => r.Margin));
        Assert.Equal([true, false, false], rows.Select(r => r.IsValidation));
    }

    [Theory]
    [InlineData("""{"prompt":"p","chosen":"c"}""", "data.rejected_field")]
    [InlineData("""{"question":"p","chosen":"c","rejected":"r"}""", "data.prompt_field")]
    [InlineData("""{"prompt":"p","chosen":3,"rejected":"r"}""", "must be text")]
    [InlineData("""{"prompt":"p","chosen":[],"rejected":"r"}""", "at least one message")]
    [InlineData("""{"prompt":"p","chosen":[{"role":"user"}],"rejected":"r"}""", "no content that is text")]
    [InlineData("""{"chosen":[{"role":"assistant","content":"c"}],"rejected":[{"role":"assistant","content":"r"}]}""", "there is no prompt that they answer")]
    [InlineData("""{"chosen":[{"role":"user","content":"a"},{"role":"assistant","content":"c"}],"rejected":[{"role":"user","content":"b"},{"role":"assistant","content":"r"}]}""", "same prompt")]
    public void Read_AFaultyRow_IsRefusedWithItsLineAndRemedy(string row, string remedy)
    {
        DataException fault = Assert.Throws<DataException>(() => Read("""{"prompt":"p","chosen":"c","rejected":"r"}""", row));
        Assert.Equal(2, fault.Line);
        Assert.Contains(remedy, fault.Message);
    }

    [Fact]
    public void Read_TheSharedPairs_HasBothSplits()
    {
        string? file = SharedFiles.Data(Path.Combine("curated", "dpo_pairs_trainval.jsonl"));
        Assert.SkipWhen(file is null, "no shared data beside the project");
        IReadOnlyList<PreferenceRow> rows = PreferenceRow.Read(file);
        Assert.Contains(rows, r => r.IsValidation);
        Assert.Contains(rows, r => !r.IsValidation);
    }

    private RowList<PreferenceRow> Read(params string[] lines)
    {
        File.WriteAllLines(_folder["pairs.jsonl"], lines);
        return PreferenceRow.Read(_folder["pairs.jsonl"]);
    }

    public void Dispose() => _folder.Dispose();
}
