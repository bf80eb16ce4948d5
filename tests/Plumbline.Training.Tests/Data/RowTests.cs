using System.Text.Json;
using Plumbline.Rewards;
using Plumbline.TestKit;
using Plumbline.Training.Data;
using Plumbline.Training.Recipes;

namespace Plumbline.Training.Tests.Data;

public sealed class RowTests
{
    [Fact]
    public void PromptRows_JsonlOrLines_AreRead()
    {
        using var jsonl = new DataFile("{\"q\": \"a\"}\n{\"q\": \"b\"}\n");
        using var lines = new DataFile(" first \r\n\nsecond\n", "prompts.txt");
        Assert.Equal([new PromptRow("a"), new PromptRow("b")], PromptRow.Read(jsonl.Path, "q"));
        Assert.Equal([new PromptRow("first"), new PromptRow("second")], PromptRow.Read(lines.Path, "q"));
    }

    [Theory]
    [InlineData("""{"prompt": "p", "expected": "comply", "family": "direct", "split": 3}""", ExpectedAnswer.Comply, "direct", null)]
    [InlineData("""{"prompt": "p", "expected": "42", "family": null, "category": "sums"}""", null, null, "sums")]
    [InlineData("""{"prompt": "p", "kind": "harmful", "topic": "roses", "attack": "role_play"}""", ExpectedAnswer.Refuse, "role_play", "harmful")]
    [InlineData("""{"prompt": "p", "kind": "harmful", "attack": "none"}""", ExpectedAnswer.Refuse, "direct", "harmful")]
    [InlineData("""{"prompt": "p", "kind": "look_alike", "attack": "none"}""", ExpectedAnswer.Comply, null, "look_alike")]
    public void PromptRows_WithTags_KeepThoseThatAreText(string row, ExpectedAnswer? expected, string? family, string? category)
    {
        using var file = new DataFile(row);
        Assert.Equal(new PromptRow("p") { Expected = expected, Family = family, Category = category }, Assert.Single(PromptRow.Read(file.Path, "prompt")) with { Columns = RewardInput.NoColumns });
    }

    [Fact]
    public void PromptRows_OtherFields_AreKeptForRewards()
    {
        using var file = new DataFile("""{"q": "6 x 7", "answer": 42, "hints": ["a", null]}""");
        IReadOnlyDictionary<string, JsonElement> columns = PromptRow.Read(file.Path, "q")[0].Columns;
        Assert.Equal(["answer", "hints"], columns.Keys);
        Assert.Equal(42, columns["answer"].GetInt32());
        Assert.Equal("""["a", null]""", columns["hints"].GetRawText());
    }

    [Theory]
    [InlineData("{\"prompt\": \"a\"}\n{\"text\": \"b\", \"id\": 1}\n", "rows.jsonl line 2: there is no field 'prompt'. The row has text, id. Set data.prompt_field to the field that holds the prompt.")]
    [InlineData("{\"prompt\": \"\"}\n", "rows.jsonl line 1: the field 'prompt' is empty. A prompt must have text; remove the row.")]
    [InlineData("{}\n", "rows.jsonl line 1: there is no field 'prompt'. The row has no fields. Set data.prompt_field to the field that holds the prompt.")]
    [InlineData("\n", "rows.jsonl: the file holds no rows.")]
    public void PromptRows_WithoutPrompt_NameTheFieldsThereAre(string content, string expected)
    {
        using var file = new DataFile(content);
        Assert.Equal(expected, file.Fault(path => PromptRow.Read(path, "prompt")));
    }

    [Fact]
    public void SftRows_EachLayout_BecomesPromptAndCompletion()
    {
        using var file = new DataFile("""
            {"prompt": "p", "completion": "c", "text": "not this"}
            {"text": "whole"}
            {"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}, {"role": "assistant", "content": "a"}]}
            {"instruction": "do", "input": "this", "output": "done"}
            {"instruction": "do", "input": "", "output": "done"}
            {"instruction": "do", "output": "done", "prompt": null}
            """);
        Assert.Equal([("p", "c"), ("", "whole"), ("s\n\nu", "a"), ("do\nthis", "done"), ("do", "done"), ("do", "done")], SftRow.Read([file.Path], new SftData()).Select(row => (row.Prompt, row.Completion)));
    }

    [Theory]
    [InlineData("{\"question\": \"q\", \"answer\": \"a\"}", "no layout fits. The row has question, answer; it needs prompt and completion, or text, or messages, or instruction and output. "
        + "Set data.prompt_field and data.completion_field, or data.text_field, to the row's fields.")]
    [InlineData("{\"prompt\": \"p\", \"completion\": \"\"}", "there is nothing to learn: the completion is empty. Remove the row.")]
    [InlineData("{\"prompt\": 1, \"completion\": \"c\"}", "the field 'prompt' is 1, but must be text.")]
    [InlineData("{\"messages\": \"hi\"}", "the field 'messages' must be a list of messages, {\"role\": ..., \"content\": ...}.")]
    [InlineData("{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\"}]}", "message 1 of 'messages' has no role, or no content that is text. Each message must be {\"role\": ..., \"content\": ...}.")]
    public void SftRows_ThatFitNoLayout_NameTheFieldsThereAre(string row, string expected)
    {
        using var file = new DataFile($"{{\"text\": \"fine\"}}\n{row}\n");
        Assert.Equal($"rows.jsonl line 2: {expected}", file.Fault(path => SftRow.Read([path], new SftData())));
    }

    [Theory]
    [InlineData("One.\nTwo.\n\n Still one.\n\n<|endoftext|>\n\n\nNext.\n<|endoftext|>\n", new[] { "One.\nTwo.\n\n Still one.", "Next." })]
    [InlineData("One.\r\nTwo.\r\n\r\n\r\nNext.\r\n", new[] { "One.\nTwo.", "Next." })]
    public void SftRows_PlainText_ArePartedAtMarksOrElseAtBlankLines(string content, string[] expected)
    {
        using var file = new DataFile(content, "stories.txt");
        Assert.Equal(expected.Select(text => new SftRow("", text)), SftRow.Read([file.Path], new SftData()));
    }

    [Fact]
    public void SftRows_EmptyPlainText_IsAFault()
    {
        using var file = new DataFile("\n<|endoftext|>\n", "stories.txt");
        Assert.Equal("stories.txt: the file holds no text.", file.Fault(path => SftRow.Read([path], new SftData())));
    }

    [Fact]
    public void RewardRows_LabelsAbsentOrNull_AreNaN()
    {
        using var file = new DataFile("""
            {"prompt": "p", "response": "r", "a": 0.5, "b": null, "split": "train"}
            {"prompt": "", "completion": "c", "b": 1, "split": "val"}
            {"prompt": "p", "response": "r", "completion": "not this", "a": false}
            """);
        IReadOnlyList<RewardRow> rows = RewardRow.Read([file.Path], new RewardData { Objectives = ["a", "b"] });
        Assert.Equal(["r", "c", "r"], rows.Select(row => row.Completion));
        Assert.Equal([0.5, double.NaN, double.NaN, 1, 0, double.NaN], rows.SelectMany(row => row.Labels));
        Assert.Equal(["train", "val", null], rows.Select(row => row.Split));
        Assert.Equal([false, true, false], rows.Select(row => row.IsValidation));
    }

    [Theory]
    [InlineData("{\"response\": \"r\", \"a\": 1}", "rows.jsonl line 1: there is no field 'prompt'. The row has response, a. Set data.prompt_field to the field that holds the prompt, or to \"\" when there is none.")]
    [InlineData("{\"prompt\": \"p\", \"answer\": \"r\"}", "rows.jsonl line 1: there is no field 'response'. The row has prompt, answer. Rename the one that holds the completion, or set data.completion_field to its name.")]
    [InlineData("{\"prompt\": \"p\", \"response\": \"r\", \"a\": \"good\"}", "rows.jsonl line 1: the field 'a' is the text 'good', but must be a finite number, or null where there is no label.")]
    [InlineData("{\"prompt\": \"p\", \"response\": \"r\", \"a\": 1, \"c\": 0}", "rows.jsonl: no row has a label for b. The first row has prompt, response, a, c. Set data.objectives to the fields that hold labels.")]
    [InlineData("", "rows.jsonl: the file holds no rows.")]
    public void RewardRows_ThatLackSomething_NameTheFieldsThereAre(string content, string expected)
    {
        using var file = new DataFile(content);
        Assert.Equal(expected, file.Fault(path => RewardRow.Read([path], new RewardData { Objectives = ["a", "b"] })));
    }

    [Fact]
    public void RewardRows_ToBeScored_NeedNoLabelsAndNoPrompt()
    {
        using var file = new DataFile("{\"response\": \"r\"}");
        RewardRow row = Assert.Single(RewardRow.Read([file.Path], new RewardData { PromptField = "", Objectives = ["a"] }, labelled: false));
        Assert.Equal(("", "r", double.NaN), (row.Prompt, row.Completion, row.Labels[0]));
    }

    [Fact]
    public void SharedData_RealFiles_AreReadWhole()
    {
        string? labels = SharedFiles.Data("curated/reward_multitask_trainval.jsonl");
        string? instructions = SharedFiles.Data("curated/sft.jsonl");
        string? stories = SharedFiles.Data("tinystories_valid/tinystories_valid.txt");
        Assert.SkipWhen(labels is null || instructions is null || stories is null, "the shared data is absent");
        RowList<RewardRow> rows = RewardRow.Read([labels!], new RewardData());
        Assert.Equal((55338, 6868), (rows.Count, rows.Count(row => row.IsValidation)));
        Assert.Equal([10088, 21837, 16249, 7191], Enumerable.Range(0, 4).Select(objective => rows.Count(row => !double.IsNaN(row.Labels[objective]))));
        Assert.Equal(4197, SftRow.Read([instructions!], new SftData()).Count);
        Assert.Equal(1911, SftRow.Read([stories!], new SftData()).Count);
    }
}
