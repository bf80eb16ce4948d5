using Plumbline.Models.Chat;
using Plumbline.Training.Data;
using Plumbline.Training.Dpo;
using Plumbline.Training.Recipes;
using Plumbline.Training.Sft;
using Plumbline.Training.Tests.Data;

namespace Plumbline.Training.Tests.Sft;

public sealed class ChatExampleTests
{
    private const string Opening = "<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\n";

    private static readonly SftRow TwoTurns = new("", "")
    {
        Chat = new([new("user", "q"), new("assistant", "ab"), new("user", "r"), new("assistant", "c")]),
        CompletionTurns = 1,
    };

    // After the opening, tokens a byte each: "ab" end | newline start u s e r newline r end newline start a..t newline | "c" end newline.
    [Fact]
    public void From_AssistantOnlyLoss_CountsBothAnswersAndTheirEnds()
    {
        SftExample example = Assert.Single(SftExample.From(TwoTurns, ChatMlBytes.Tokenizer, 100, new SftOptions { AssistantOnlyLoss = true }));
        Assert.Equal(Opening, ChatMlBytes.Text(example.PromptIds));
        Assert.Equal("ab<|im_end|>\n<|im_start|>user\nr<|im_end|>\n<|im_start|>assistant\nc<|im_end|>\n", ChatMlBytes.Text(example.CompletionIds));
        string between = new('0', ChatMlBytes.Ids("\n<|im_start|>user\nr<|im_end|>\n<|im_start|>assistant\n").Length);
        Assert.Equal("111" + between + "11" + "0", Marks(example));
        Assert.Equal(5, example.LearnedCount);
    }

    [Fact]
    public void From_CompletionOnlyLoss_CountsTheLastTurn()
    {
        SftExample example = Assert.Single(SftExample.From(TwoTurns, ChatMlBytes.Tokenizer, 100, new SftOptions()));
        Assert.Equal(Opening + "ab<|im_end|>\n<|im_start|>user\nr<|im_end|>\n<|im_start|>assistant\n", ChatMlBytes.Text(example.PromptIds));
        Assert.Equal("c<|im_end|>", ChatMlBytes.Text(example.CompletionIds));
        Assert.Null(example.Learned);
    }

    [Fact]
    public void From_NeitherOnly_CountsTheWholeConversation()
    {
        SftExample example = Assert.Single(SftExample.From(TwoTurns, ChatMlBytes.Tokenizer, 100, new SftOptions { CompletionOnlyLoss = false }));
        Assert.Equal("<|im_start|>", ChatMlBytes.Text(example.PromptIds));
        Assert.Equal(example.CompletionIds.Length, example.LearnedCount);
        Assert.Equal(ChatMlBytes.Tokenizer.Chat.Render(TwoTurns.Chat!, addGenerationPrompt: false).Text, ChatMlBytes.Text([.. example.PromptIds, .. example.CompletionIds]));
    }

    // The opening has 20 tokens; of 22 the first answer's two letters are left, of 20 nothing to learn.
    [Theory]
    [InlineData(22, "11")]
    [InlineData(20, null)]
    public void From_AConversationThatIsTooLong_LosesItsEnd(int maxLength, string? marks)
    {
        Assert.Equal(20, ChatMlBytes.Ids(Opening).Length);
        SftExample? example = SftExample.From(TwoTurns, ChatMlBytes.Tokenizer, maxLength, new SftOptions { AssistantOnlyLoss = true }).SingleOrDefault();
        Assert.Equal(marks, example is null ? null : Marks(example));
    }

    [Fact]
    public void DpoExample_Conversations_ShareThePromptAndAreClosedByTheTemplate()
    {
        var row = new PreferenceRow("q", "c", "r") { Chat = new([new("user", "q")]), ChosenTurns = [new("assistant", "c")], RejectedTurns = [new("assistant", "r")] };
        DpoExample example = DpoExample.From(row, ChatMlBytes.Tokenizer, 100)!;
        Assert.Equal(Opening, ChatMlBytes.Text(example.PromptIds));
        Assert.Equal(("c<|im_end|>", "r<|im_end|>"), (ChatMlBytes.Text(example.ChosenIds), ChatMlBytes.Text(example.RejectedIds)));
    }

    private static string Marks(SftExample example) => string.Concat(example.Learned!.Select(counts => counts ? '1' : '0'));
}
