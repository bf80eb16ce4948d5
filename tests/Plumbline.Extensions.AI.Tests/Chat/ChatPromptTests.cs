using Microsoft.Extensions.AI;
using Plumbline.Extensions.AI.Chat;

namespace Plumbline.Extensions.AI.Tests.Chat;

public sealed class ChatPromptTests(TinyFolder folder) : IClassFixture<TinyFolder>
{
    private static readonly ChatMessage Hello = new(ChatRole.User, "hello");
    private static readonly ChatMessage Brief = new(ChatRole.System, "be brief");

    [Fact]
    public void Encode_Turns_AreTheModelsFormatWithTheAssistantsTurnOpened() => Same(
        "<|im_start|>system\nbe brief<|im_end|>\n<|im_start|>user\nhello<|im_end|>\n<|im_start|>assistant\n",
        ChatPrompt.Encode(folder.Tokenizer, [Brief, Hello], null, "be long"));

    [Fact]
    public void Encode_WithoutASystemMessage_TakesTheClients() => Same(
        "<|im_start|>system\nbe long<|im_end|>\n<|im_start|>user\nhello<|im_end|>\n<|im_start|>assistant\n",
        ChatPrompt.Encode(folder.Tokenizer, [Hello], null, "be long"));

    [Fact]
    public void Encode_EmptyInstructions_AreNone() => Same(
        "<|im_start|>user\nhello<|im_end|>\n<|im_start|>assistant\n", ChatPrompt.Encode(folder.Tokenizer, [Hello], null, ""));

    [Fact]
    public void Encode_InstructionsOfTheCall_StandFirst() => Same(
        "<|im_start|>system\nnow<|im_end|>\n<|im_start|>system\nbe brief<|im_end|>\n<|im_start|>user\nhello<|im_end|>\n<|im_start|>assistant\n",
        ChatPrompt.Encode(folder.Tokenizer, [Brief, Hello], "now", "be long"));

    [Fact]
    public void Encode_WhatWasThoughtAndWhatItCost_AreNotSaidAgain() => Same(
        "<|im_start|>assistant\nyes<|im_end|>\n<|im_start|>assistant\n",
        ChatPrompt.Encode(folder.Tokenizer, [new(ChatRole.Assistant, [new TextReasoningContent("hm"), new TextContent("yes"), new UsageContent()])], null, null));

    [Fact]
    public void Encode_AnImage_IsRefusedByName()
    {
        ChatMessage picture = new(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/png")]);
        Assert.Contains("DataContent", Assert.Throws<NotSupportedException>(() => ChatPrompt.Encode(folder.Tokenizer, [picture], null, null)).Message);
    }

    [Fact]
    public void Encode_NoMessage_IsRefused() =>
        Assert.Throws<ArgumentException>(() => ChatPrompt.Encode(folder.Tokenizer, [], null, "be long"));

    private void Same(string text, int[] ids) => Assert.Equal(folder.Tokenizer.Encode(text, addSpecialTokens: false), ids);
}
