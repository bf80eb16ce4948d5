using Plumbline.Models.Tokens;

namespace Plumbline.Models.Tests.Tokens;

public sealed class ChatFormatTests
{
    private static readonly ChatMessage[] Question = [new("user", "Hi")];

    [Fact]
    public void Render_Qwen2_OpensWithItsSystemMessageAndEndsWithThePrompt()
    {
        Tokenizer tokenizer = Vocabularies.Load("qwen2");
        Assert.Equal(
            "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n",
            ChatFormat.Render(tokenizer, Question));
    }

    [Fact]
    public void Render_OwnSystemMessage_StandsInPlaceOfTheDefault()
    {
        Tokenizer tokenizer = Vocabularies.Load("qwen2");
        Assert.Equal(
            "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nYes?<|im_end|>\n",
            ChatFormat.Render(tokenizer, [new("system", "Be brief."), .. Question, new("assistant", "Yes?")], addGenerationPrompt: false));
    }

    [Fact]
    public void Render_ChatTokensWithoutADefault_AddsNoSystemMessage() =>
        Assert.Equal(
            "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n",
            ChatFormat.Render(BpeTrainer.Train([], 258, ["<|im_start|>", "<|im_end|>"]).ToTokenizer(), Question));

    [Fact]
    public void Render_TokenizerWithoutChatTokens_GivesTheContents() =>
        Assert.Equal("Hi\nthere", ChatFormat.Render(BpeTrainer.Train([], 256, []).ToTokenizer(), [.. Question, new("user", "there")]));
}
