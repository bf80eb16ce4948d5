using Plumbline.Models.Chat;
using Plumbline.Models.Tokens;
using Plumbline.Training.Data;
using Plumbline.Training.Recipes;

namespace Plumbline.Training.Tests.Data;

public sealed class ConversationRowTests
{
    [Theory]
    [InlineData("""{"prompt": [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}]}""")]
    [InlineData("""{"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}]}""")]
    public void PromptRow_Messages_BecomeThePromptThatTheTemplateMakes(string line)
    {
        using var file = new DataFile(line);
        PromptRow row = Assert.Single(PromptRow.Read(file.Path, "prompt"));
        Assert.Equal("s\n\nu", row.Prompt);
        Assert.Equal("<|im_start|>system\ns<|im_end|>\n<|im_start|>user\nu<|im_end|>\n<|im_start|>assistant\n", ChatMlBytes.Text(ChatMlBytes.Tokenizer.EncodePrompt(row)));
    }

    [Fact]
    public void PromptRow_Text_StaysAsItIs()
    {
        using var file = new DataFile("""{"prompt": "u", "messages": [{"role": "user", "content": "not this"}]}""");
        Assert.Equal("u", ChatMlBytes.Text(ChatMlBytes.Tokenizer.EncodePrompt(Assert.Single(PromptRow.Read(file.Path, "prompt")))));
    }

    [Theory]
    [InlineData("""[{"name": "now"}]""")]
    [InlineData("\"[{\\\"name\\\": \\\"now\\\"}]\"")]
    public void PromptRow_ToolsAndVariables_TravelWithTheConversation(string tools)
    {
        using var file = new DataFile($$"""{"messages": [{"role": "user", "content": "u"}], "tools": {{tools}}, "chat_template_kwargs": {"enable_thinking": false} }""");
        Conversation chat = Assert.Single(PromptRow.Read(file.Path, "prompt")).Chat!;
        Assert.Equal("now", chat.Tools!.Value[0].GetProperty("name").GetString());
        Assert.False(chat.Variables!.Value.GetProperty("enable_thinking").GetBoolean());
    }

    [Theory]
    [InlineData("""{"messages": [{"role": "user", "content": "u"}], "tools": {"a": 1}}""", "the field 'tools' is an object, but must be a list of JSON schemas.")]
    [InlineData("""{"messages": [{"role": "user", "content": "u"}], "tools": "no"}""", "the field 'tools' is the text 'no', but must be a list of JSON schemas.")]
    [InlineData("""{"messages": [{"role": "user", "content": "u"}], "chat_template_kwargs": [1]}""", "the field 'chat_template_kwargs' is a list, but must be an object of names and values.")]
    [InlineData("""{"prompt": []}""", "the field 'prompt' is an empty list. It must hold at least one message.")]
    [InlineData("""{"prompt": ["u"]}""", "message 0 of 'prompt' has no role, or no content that is text. Each message must be {\"role\": ..., \"content\": ...}.")]
    public void PromptRow_FaultyConversation_IsOneClearSentence(string line, string expected)
    {
        using var file = new DataFile(line);
        Assert.Equal($"rows.jsonl line 1: {expected}", file.Fault(path => PromptRow.Read(path, "prompt")));
    }

    [Fact]
    public void EncodePrompt_TokenizerWithoutATemplate_SaysWhatToDo()
    {
        using var file = new DataFile("""{"messages": [{"role": "user", "content": "u"}]}""");
        PromptRow row = Assert.Single(PromptRow.Read(file.Path, "prompt"));
        Assert.Contains("has no chat template", Assert.Throws<ChatTemplateException>(() => BpeTrainer.Train([], 256, []).ToTokenizer().EncodePrompt(row)).Message);
    }

    [Fact]
    public void SftRow_PromptAndCompletionOfMessages_CountTheCompletionsTurns()
    {
        using var file = new DataFile("""{"prompt": [{"role": "user", "content": "u"}], "completion": [{"role": "assistant", "content": "a"}, {"role": "tool", "content": "t"}, {"role": "assistant", "content": "b"}]}""");
        SftRow row = Assert.Single(SftRow.Read([file.Path], new SftData()));
        Assert.Equal(("u", "a\n\nt\n\nb", 4, 3), (row.Prompt, row.Completion, row.Chat!.Messages.Count, row.CompletionTurns));
    }

    [Theory]
    [InlineData("""{"prompt": "u", "completion": [{"role": "assistant", "content": "a"}]}""", "the field 'prompt' must be a list of messages, {\"role\": ..., \"content\": ...}.")]
    [InlineData("""{"prompt": [{"role": "user", "content": "u"}], "completion": "a"}""", "the field 'completion' must be a list of messages, {\"role\": ..., \"content\": ...}.")]
    public void SftRow_TextBesideMessages_IsRefused(string line, string expected)
    {
        using var file = new DataFile(line);
        Assert.Equal($"rows.jsonl line 1: {expected}", file.Fault(path => SftRow.Read([path], new SftData())));
    }

    [Fact]
    public void PreferenceRow_PromptOfTextAndAnswersOfMessages_IsAUsersMessage()
    {
        using var file = new DataFile("""{"prompt": "u", "chosen": [{"role": "assistant", "content": "c"}], "rejected": [{"role": "assistant", "content": "r"}]}""");
        PreferenceRow row = Assert.Single(PreferenceRow.Read(file.Path));
        Assert.Equal([new ChatMessage("user", "u")], row.Chat!.Messages);
    }

    // As in UltraFeedback: the prompt stands apart, and is the first message of both answers too.
    [Fact]
    public void PreferenceRow_AnswersThatRepeatThePrompt_HaveItOnce()
    {
        using var file = new DataFile("""{"prompt": "u", "chosen": [{"role": "user", "content": "u"}, {"role": "assistant", "content": "c"}], "rejected": [{"role": "user", "content": "u"}, {"role": "assistant", "content": "r"}]}""");
        PreferenceRow row = Assert.Single(PreferenceRow.Read(file.Path));
        Assert.Equal([new ChatMessage("user", "u")], row.Chat!.Messages);
        Assert.Equal(("u", "c", "r"), (row.Prompt, row.Chosen, row.Rejected));
    }
}
