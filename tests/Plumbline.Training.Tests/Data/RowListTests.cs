using Plumbline.Training.Data;
using Plumbline.Training.Recipes;
using Plumbline.Training.Tests.Runs;

namespace Plumbline.Training.Tests.Data;

public sealed class RowListTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Columns_UnderOtherNames_AreReadAndNamedAsTheFileHasThem()
    {
        string path = Write("qa.jsonl", """{"question": "q", "answer": "a"}""", """{"question": "q"}""");
        var data = new SftData { Columns = new Dictionary<string, string> { ["prompt"] = "question", ["completion"] = "answer" } };
        DataException fault = Assert.Throws<DataException>(() => SftRow.Read([path], data));
        Assert.StartsWith($"{path} line 2: no layout fits. The row has question; ", fault.Message);
        Assert.Equal([new SftRow("q", "a")], SftRow.Read([path], data with { OnBadRow = OnBadRow.Skip }));
    }

    [Fact]
    public void Columns_OfASource_ComeBeforeThoseOfAll()
    {
        string first = Write("a.csv", "question,answer", "q1,a1"), second = Write("b.csv", "question,reply", "q2,a2");
        var data = new SftData { Columns = new Dictionary<string, string> { ["prompt"] = "question", ["completion"] = "answer" } };
        Assert.Equal([new SftRow("q1", "a1"), new SftRow("q2", "a2")],
            SftRow.Read([first, new DataSource { Path = second, Columns = new Dictionary<string, string> { ["completion"] = "reply" } }], data));
    }

    [Fact]
    public void BadRows_Skipped_AreCountedAndTheFirstIsKept()
    {
        string path = Write("rows.jsonl", """{"prompt": "a"}""", "{", """{"prompt": 3}""", """{"prompt": ""}""", """{"prompt": "b"}""");
        RowList<PromptRow> rows = PromptRow.Read([path], new PromptData { OnBadRow = OnBadRow.Skip });
        Assert.Equal(["a", "b"], rows.Select(row => row.Prompt));
        Assert.Equal((3, 2), (rows.Skipped.Count, rows.Skipped.First!.Line));
    }

    [Fact]
    public void BadRows_WhereAllAre_AreAFaultThatShowsTheFirst()
    {
        string path = Write("rows.jsonl", """{"text": "a"}""", """{"text": "b"}""");
        DataException fault = Assert.Throws<DataException>(() => PromptRow.Read([path], new PromptData { OnBadRow = OnBadRow.Skip }));
        Assert.StartsWith($"{path}: no row can be used (2 left out); the first: {path} line 1: there is no field 'prompt'.", fault.Message);
    }

    [Fact]
    public void Sources_WithoutWeights_AreReadOneAfterTheOther_AndWithWeightsMixed()
    {
        string first = Write("a.jsonl", """{"prompt": "a1"}""", """{"prompt": "a2"}"""), second = Write("b.txt", "b1", "b2", "b3");
        Assert.Equal(["a1", "a2", "b1", "b2", "b3"], PromptRow.Read([first, second], new PromptData()).Select(row => row.Prompt));
        DataSource[] weighted = [new() { Path = first, Weight = 1 }, new() { Path = second, Weight = 4 }];
        var data = new PromptData { StoppingStrategy = StoppingStrategy.AllExhausted };
        string[] mixed = [.. PromptRow.Read(weighted, data, seed: 3).Select(row => row.Prompt)];
        Assert.Equal(["a1", "a2", "b1", "b2", "b3"], mixed.Distinct().Order());
        Assert.Equal(mixed, PromptRow.Read(weighted, data, seed: 3).Select(row => row.Prompt));
    }

    [Fact]
    public void Sources_OfWhichOneHasNoWeight_GiveItTheWeightOne()
    {
        string first = Write("a.txt", [.. Enumerable.Range(0, 40).Select(i => $"a{i}")]), second = Write("b.txt", [.. Enumerable.Range(0, 40).Select(i => $"b{i}")]);
        string[] Mixed(double? weight) => [.. PromptRow.Read([new DataSource { Path = first, Weight = weight }, new DataSource { Path = second, Weight = 3 }], new PromptData(), seed: 1).Select(row => row.Prompt)];
        Assert.Equal(Mixed(1), Mixed(null));
        Assert.NotEqual(Mixed(2), Mixed(null));
    }

    // TRL: "The sky is blue." and "The sky is green." share "The sky is"; the blank goes to the answers.
    [Theory]
    [InlineData("The sky is blue.", "The sky is green.", "The sky is", " blue.", " green.")]
    [InlineData("Yes", "Yes, sir", "Ye", "s", "s, sir")]
    [InlineData("x🙂", "x🙃", "x", "🙂", "🙃")]
    public void Preference_WithoutAPrompt_TakesTheCommonBeginning(string chosen, string rejected, string prompt, string best, string other)
    {
        string path = Write("pairs.jsonl", System.Text.Json.JsonSerializer.Serialize(new { chosen, rejected }));
        Assert.Equal([new PreferenceRow(prompt, best, other)], PreferenceRow.Read(path));
    }

    private string Write(string name, params string[] lines)
    {
        File.WriteAllLines(_folder[name], lines);
        return _folder[name];
    }

    public void Dispose() => _folder.Dispose();
}
