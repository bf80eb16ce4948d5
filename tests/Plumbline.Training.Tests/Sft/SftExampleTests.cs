using Plumbline.Models.Tokens;
using Plumbline.Training.Data;
using Plumbline.Training.Recipes;
using Plumbline.Training.Sft;
using Plumbline.Training.Tests.Policies;

namespace Plumbline.Training.Tests.Sft;

/// <summary>With bytes for tokens: letters are ids 97 and on in the byte alphabet's order, one a character.</summary>
public sealed class SftExampleTests
{
    private static readonly Tokenizer Bytes = BpeTrainer.Train([], 258, ["<|endoftext|>", "<|sep|>"]).ToTokenizer();

    [Fact]
    public void From_PromptAndCompletion_LearnsTheCompletionAndItsEnd()
    {
        SftExample example = Assert.Single(SftExample.From(new SftRow("ab", "cd"), Bytes, maxLength: 10, new SftOptions()));
        Assert.Equal(Bytes.Encode("ab"), example.PromptIds);
        Assert.Equal([.. Bytes.Encode("cd"), TinyPolicy.Eos], example.CompletionIds);
    }

    // end + 25 letters + end = 27 tokens: stretches of 10, 10 and 7, of which the first token of each is only read.
    [Fact]
    public void From_ALongText_CutsItIntoStretchesThatLoseNothing()
    {
        const string text = "abcdefghijklmnopqrstuvwxy";
        SftExample[] examples = [.. SftExample.From(new SftRow("", text), Bytes, maxLength: 10, new SftOptions())];
        Assert.Equal([10, 10, 7], examples.Select(e => e.Length));
        Assert.All(examples, e => Assert.Single(e.PromptIds));
        Assert.Equal([TinyPolicy.Eos, .. Bytes.Encode(text), TinyPolicy.Eos], examples.SelectMany(e => e.PromptIds.Concat(e.CompletionIds)));
    }

    [Fact]
    public void From_ALastStretchOfOneToken_LeavesItOut() =>
        Assert.Equal([5, 5], SftExample.From(new SftRow("", "abcdefghi"), Bytes, maxLength: 5, new SftOptions()).Select(e => e.Length));

    [Fact]
    public void From_PromptAndCompletion_WithAllToBeLearned_IsOneText() =>
        Assert.Equal(Bytes.Encode("bcd").Append(TinyPolicy.Eos), Assert.Single(SftExample.From(new SftRow("ab", "cd"), Bytes, 10, new SftOptions { CompletionOnlyLoss = false })).CompletionIds.Skip(1));

    // 8 tokens: a prompt of 6 keeps its last 4, the completion of 9 with its end loses what does not fit.
    [Fact]
    public void From_ARowThatIsTooLong_CutsThePromptsBeginningAndTheCompletionsEnd()
    {
        SftExample example = Assert.Single(SftExample.From(new SftRow("abcdef", "ghijklmn"), Bytes, maxLength: 8, new SftOptions()));
        Assert.Equal(Bytes.Encode("cdef"), example.PromptIds);
        Assert.Equal(Bytes.Encode("ghij"), example.CompletionIds);
    }

    // A short completion leaves the prompt the rest of the room.
    [Fact]
    public void From_ALongPromptWithAShortCompletion_FillsTheRoom()
    {
        SftExample example = Assert.Single(SftExample.From(new SftRow("abcdefghij", "k"), Bytes, maxLength: 8, new SftOptions()));
        Assert.Equal(Bytes.Encode("efghij"), example.PromptIds);
        Assert.Equal([.. Bytes.Encode("k"), TinyPolicy.Eos], example.CompletionIds);
    }
}
