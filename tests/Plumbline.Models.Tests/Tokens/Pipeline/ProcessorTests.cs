namespace Plumbline.Models.Tests.Tokens.Pipeline;

public sealed class ProcessorTests
{
    private const string Template = """
        {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "$end", "type_id": 0}}],
         "pair": [], "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}, "$end": {"id": "$end", "ids": [2, 3], "tokens": ["</s>", "\n"]}}}
        """;

    [Fact]
    public void Read_Template_GivesTheTokensOfItsSpecials() => Same(["<s>"], ["</s>", "\n"], Template);

    [Theory, InlineData("BertProcessing"), InlineData("RobertaProcessing")]
    public void Read_BertAndRoberta_PutOneTokenOnEachSide(string type) =>
        Same(["[CLS]"], ["[SEP]"], $$"""{"type": "{{type}}", "sep": ["[SEP]", 102], "cls": ["[CLS]", 101]}""");

    [Fact]
    public void Read_ByteLevel_AddsNothing() => Same([], [], """{"type": "ByteLevel", "trim_offsets": false}""");

    [Fact]
    public void Read_Sequence_PutsTheLaterOutside() =>
        Same(["[CLS]", "<s>"], ["</s>", "\n", "[SEP]"], $$"""{"type": "Sequence", "processors": [{{Template}}, {"type": "BertProcessing", "sep": ["[SEP]", 2], "cls": ["[CLS]", 1]}]}""");

    private static void Same(string[] before, string[] after, string json)
    {
        var (actualBefore, actualAfter) = Parts.Around(json);
        Assert.Equal(before, actualBefore);
        Assert.Equal(after, actualAfter);
    }
}
