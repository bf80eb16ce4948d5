using Plumbline.Models.Tokens;
using Plumbline.Training.Data;
using Plumbline.Training.Dpo;
using Plumbline.Training.Tests.Policies;

namespace Plumbline.Training.Tests.Dpo;

/// <summary>With bytes for tokens: one a character.</summary>
public sealed class DpoExampleTests
{
    private static readonly Tokenizer Bytes = BpeTrainer.Train([], 258, ["<|endoftext|>", "<|sep|>"]).ToTokenizer();

    [Fact]
    public void From_ARowThatFits_ClosesBothAnswers()
    {
        DpoExample example = DpoExample.From(new PreferenceRow("ab", "c", "de"), Bytes, 10)!;
        Assert.Equal(Bytes.Encode("ab"), example.PromptIds);
        Assert.Equal([.. Bytes.Encode("c"), TinyPolicy.Eos], example.ChosenIds);
        Assert.Equal([.. Bytes.Encode("de"), TinyPolicy.Eos], example.RejectedIds);
        Assert.Equal((5, 9), (example.Length, example.TokenCount));
    }

    // 8 tokens: the longer answer has 4 with its end, so the prompt of 6 keeps its last 4 in both rows.
    [Fact]
    public void From_ALongPrompt_LosesItsBeginningForBothAnswersAlike()
    {
        DpoExample example = DpoExample.From(new PreferenceRow("abcdef", "g", "hij"), Bytes, 8)!;
        Assert.Equal(Bytes.Encode("cdef"), example.PromptIds);
        Assert.Equal((2, 4), (example.ChosenIds.Length, example.RejectedIds.Length));
    }

    // 8 tokens: the prompt keeps half, the answers 4 each and so lose their end.
    [Fact]
    public void From_LongAnswers_LoseTheirEnd()
    {
        DpoExample example = DpoExample.From(new PreferenceRow("abcdef", "ghijkl", "mnopqrs"), Bytes, 8)!;
        Assert.Equal(Bytes.Encode("cdef"), example.PromptIds);
        Assert.Equal(Bytes.Encode("ghij"), example.ChosenIds);
        Assert.Equal(Bytes.Encode("mnop"), example.RejectedIds);
    }

    // 6 tokens: a prompt of 1 leaves the answers 5, and they differ in their seventh.
    [Theory, InlineData("same", "same", 20), InlineData("abcdefX", "abcdefY", 6)]
    public void From_AnswersThatAreTheSameWithinTheLength_IsNoPair(string chosen, string rejected, int maxLength) =>
        Assert.Null(DpoExample.From(new PreferenceRow("q", chosen, rejected), Bytes, maxLength));
}
