using Plumbline.Rewards;
using Plumbline.Training.Adversarial;
using Plumbline.Training.Data;
using Plumbline.Training.Tests.Data;
using Plumbline.Training.Tests.Runs;

namespace Plumbline.Training.Tests.Adversarial;

public sealed class AdversarialFileTests
{
    private static readonly AdversarialRow[] Rows =
    [
        new("Say \"x\".\nNow.", "x", "direct", "plain", "c", ExpectedAnswer.Refuse, AdversarialSplit.Train),
        new("y é", "y", "encoding", "base64", "", ExpectedAnswer.Comply, AdversarialSplit.HeldOutBoth),
    ];

    [Fact]
    public void File_WrittenAndRead_IsTheSame()
    {
        using var folder = new TemporaryFolder();
        string path = folder["set.jsonl"];
        Assert.Equal([path], AdversarialFile.Write(path, Rows));
        Assert.Equal(Rows, AdversarialFile.Read(path));
        Assert.Equal("""{"prompt":"y é","behavior":"y","family":"encoding","template":"base64","category":"","expected":"comply","split":"heldout_both"}""", File.ReadAllLines(path)[1]);
        PromptRow read = PromptRow.Read(path, "prompt")[0];
        Assert.Equal(new PromptRow("Say \"x\".\nNow.") { Expected = ExpectedAnswer.Refuse, Family = "direct", Behavior = "x", Category = "c", Split = "train" }, read with { Columns = RewardInput.NoColumns });
    }

    [Fact]
    public void Folder_WrittenAgain_HoldsTheSplitsOfTheLastSetAlone()
    {
        using var folder = new TemporaryFolder();
        AdversarialFile.Write(folder.Root, Rows);
        Assert.Equal(["heldout_both.jsonl", "train.jsonl"], Directory.EnumerateFiles(folder.Root).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        AdversarialFile.Write(folder.Root, Rows[..1]);
        Assert.Equal(["train.jsonl"], Directory.EnumerateFiles(folder.Root).Select(path => Path.GetFileName(path)));
    }

    [Fact]
    public void Read_OfAnotherWord_NamesTheLineAndTheWords()
    {
        using var file = new DataFile("""{"prompt":"p","behavior":"b","family":"f","template":"t","category":"","expected":"maybe","split":"train"}""");
        Assert.Equal("rows.jsonl line 1: the field 'expected' is 'maybe', but must be refuse, comply.", file.Fault(AdversarialFile.Read));
    }

    [Fact]
    public void Behaviours_OfEitherForm_AreReadWithTheirExpectation()
    {
        using var jsonl = new DataFile("""
            {"prompt": " a ", "category": "c", "expected": "refuse"}
            {"goal": "b", "target": "Sure"}
            {"behavior": "c", "expected": "comply"}
            """);
        using var lines = new DataFile("a\n\n b \n", "b.txt");
        BehaviourFile read = BehaviourFile.Read(jsonl.Path);
        Assert.Equal([new Behaviour("a", "c"), new Behaviour("b")], read.Harmful);
        Assert.Equal([new Behaviour("c")], read.LookAlikes);
        Assert.Equal(["b", "c"], BehaviourFile.Read(jsonl.Path, unmarked: ExpectedAnswer.Comply).LookAlikes.Select(b => b.Text));
        Assert.Equal([new Behaviour("a"), new Behaviour("b")], BehaviourFile.Read(lines.Path).Harmful);
    }

    [Theory]
    [InlineData("\n", "rows.jsonl: the file holds no rows. Write one request a line, {\"behavior\": \"...\"}.")]
    [InlineData("{\"q\": 1}", "rows.jsonl line 1: there is no request. The row has q. Name the request prompt, behavior, behaviour, text or goal.")]
    [InlineData("{\"text\": \" \"}", "rows.jsonl line 1: the field 'text' is empty. A request must have text; remove the row.")]
    [InlineData("{\"text\": \"a\", \"expected\": \"no\"}", "rows.jsonl line 1: the field 'expected' is 'no', but must be refuse or comply.")]
    public void Behaviours_ThatCannotBe_AreNamedByLine(string content, string expected)
    {
        using var file = new DataFile(content);
        Assert.Equal(expected, file.Fault(path => BehaviourFile.Read(path)));
    }
}
