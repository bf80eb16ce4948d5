using System.Text.Json;
using Plumbline.Models.Chat;
using Plumbline.Models.Tests.Tokens;
using Plumbline.Models.Tokens;

namespace Plumbline.Models.Tests.Chat;

public sealed class ChatFormatTests
{
    private static readonly Conversation Question = new([new("user", "Hi")]);

    [Fact]
    public void Render_Qwen2_OpensWithItsSystemMessageAndEndsWithThePrompt() =>
        Assert.Equal(
            "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n",
            Vocabularies.Load("qwen2").Chat.Render(Question).Text);

    [Fact]
    public void Render_OwnSystemMessage_StandsInPlaceOfTheDefault() =>
        Assert.Equal(
            "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nYes?<|im_end|>\n",
            Vocabularies.Load("qwen2").Chat.Render(new([new("system", "Be brief."), .. Question.Messages, new("assistant", "Yes?")]), addGenerationPrompt: false).Text);

    [Fact]
    public void Render_ChatMlTokensWithoutATemplate_AreEnough()
    {
        using var folder = new TemporaryFolder();
        BpeTrainer.Train([], 258, ["<|im_start|>", "<|im_end|>"]).Save(folder.Path);
        string config = Path.Combine(folder.Path, "tokenizer_config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("chat_template", "no_template"));
        Assert.Equal("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n", TokenizerFolder.Load(folder.Path).Chat.Render(Question).Text);
    }

    [Fact]
    public void Of_NoTemplateAndNoChatMlTokens_SaysWhatToDo()
    {
        Tokenizer tokenizer = BpeTrainer.Train([], 256, []).ToTokenizer();
        Assert.False(ChatFormat.Exists(tokenizer));
        Assert.Equal(
            "The model's tokenizer has no chat template, so a conversation cannot be turned into text. Put a chat_template.jinja into the model's folder (docs/chat-templates.md shows one), or give plain texts instead of messages.",
            Assert.Throws<ChatTemplateException>(() => tokenizer.Chat).Message);
    }

    [Fact]
    public void EncodePrompt_SpecialTokensInTheText_BecomeTheirIdsAndNoneIsAdded()
    {
        using var folder = new TemporaryFolder();
        Tokenizer tokenizer = Folder(folder, ["<s>", "</s>"], "\"bos_token\": \"<s>\", \"eos_token\": \"</s>\", \"add_bos_token\": true, \"chat_template\": \"{{ bos_token }}{{ messages[0].content }}{{ eos_token }}\"");
        int s = tokenizer.TokenId("<s>")!.Value, end = tokenizer.TokenId("</s>")!.Value;
        Assert.Equal([s, .. tokenizer.Encode("Hi", addSpecialTokens: false), end], tokenizer.Chat.EncodePrompt(Question));
    }

    [Fact]
    public void Load_TemplateFile_WinsOverTheConfiguration()
    {
        using var folder = new TemporaryFolder();
        folder.Write("chat_template.jinja", "file");
        folder.Write("chat_template.json", "{\"chat_template\": \"json\"}");
        Assert.Equal("file", Folder(folder, [], "\"chat_template\": \"config\"").Chat.Render(Question).Text);
    }

    [Fact]
    public void Load_ChatTemplateJson_IsReadLast()
    {
        using var folder = new TemporaryFolder();
        folder.Write("chat_template.json", "{\"chat_template\": \"json\"}");
        Assert.Equal("json", Folder(folder, [], "\"bos_token\": null").Chat.Render(Question).Text);
        Assert.Equal("config", Folder(folder, [], "\"chat_template\": \"config\"").Chat.Render(Question).Text);
    }

    [Fact]
    public void Render_SeveralTemplates_ToolsChooseToolUse()
    {
        using var folder = new TemporaryFolder();
        Tokenizer tokenizer = Folder(folder, [], """
            "chat_template": [{"name": "tool_use", "template": "tools: {{ tools[0].name }}"}, {"name": "default", "template": "plain {{ tools is none }}"}]
            """);
        Assert.Equal("plain True", tokenizer.Chat.Render(Question).Text);
        Assert.Equal("tools: now", tokenizer.Chat.Render(Question with { Tools = JsonElement.Parse("""[{"name": "now"}]""") }).Text);
        Assert.Equal("plain {{ tools is none }}", tokenizer.ChatTemplate);
    }

    [Fact]
    public void Load_TemplateWithoutAName_IsAFaultOfTheFile()
    {
        using var folder = new TemporaryFolder();
        Assert.EndsWith(
            "tokenizer_config.json: chat_template holds {\"template\": \"x\"}, but each entry of its list must have a name and a template.",
            Assert.Throws<TokenizerException>(() => Folder(folder, [], "\"chat_template\": [{\"template\": \"x\"}]")).Message);
    }

    [Fact]
    public void Render_SpecialTokensMap_NamesEveryToken()
    {
        using var folder = new TemporaryFolder();
        folder.Write("special_tokens_map.json", """{"unk_token": {"content": "<unk>"}, "eos_token": "</old>"}""");
        Assert.Equal("<unk></s>", Folder(folder, ["<unk>", "</s>"], "\"eos_token\": \"</s>\", \"chat_template\": \"{{ unk_token }}{{ eos_token }}{{ bos_token }}\"").Chat.Render(Question).Text);
    }

    [Fact]
    public void Render_VariablesOfTheConversation_ReachTheTemplate()
    {
        using var folder = new TemporaryFolder();
        Tokenizer tokenizer = Folder(folder, [], "\"chat_template\": \"{{ enable_thinking is defined and enable_thinking }}\"");
        Assert.Equal("False", tokenizer.Chat.Render(Question).Text);
        Assert.Equal("True", tokenizer.Chat.Render(Question with { Variables = JsonElement.Parse("""{"enable_thinking": true}""") }).Text);
    }

    [Fact]
    public void Save_LoadedTemplates_AreKept()
    {
        using TemporaryFolder folder = new(), copy = new();
        folder.Write("chat_template.json", "{\"chat_template\": \"json\"}");
        Folder(folder, [], "\"bos_token\": null").Save(copy.Path);
        Assert.Equal("json", TokenizerFolder.Load(copy.Path).ChatTemplate);
    }

    [Theory]
    [InlineData("""{"role": "user", "content": "Hi"}""", "Hi", false)]
    [InlineData("""{"role": "user", "content": null, "tool_calls": []}""", "", true)]
    [InlineData("""{"role": "user", "tool_calls": []}""", "", true)]
    [InlineData("""{"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "image"}, {"type": "text", "text": "b"}]}""", "ab", true)]
    public void Read_Message_KeepsWhatTheTemplateMaySee(string json, string content, bool keepsSource)
    {
        ChatMessage message = ChatMessage.Read(JsonElement.Parse(json))!;
        Assert.Equal(("user", content, keepsSource), (message.Role, message.Content, message.Source is not null));
    }

    [Theory]
    [InlineData("""{"content": "Hi"}""")]
    [InlineData("""{"role": "user"}""")]
    [InlineData("""{"role": 1, "content": "Hi"}""")]
    [InlineData("""{"role": "user", "content": 3}""")]
    [InlineData("\"Hi\"")]
    public void Read_NoMessage_IsNull(string json) => Assert.Null(ChatMessage.Read(JsonElement.Parse(json)));

    // A byte-level vocabulary with added tokens, and a tokenizer_config.json of the members given.
    internal static Tokenizer Folder(TemporaryFolder folder, string[] special, string config)
    {
        BpeTrainer.Train([], 256 + special.Length, special).Save(folder.Path);
        string path = Path.Combine(folder.Path, "tokenizer_config.json");
        string added = string.Join(", ", special.Select((token, i) => $"\"{256 + i}\": {{\"content\": \"{token}\", \"special\": true}}"));
        File.WriteAllText(path, $$"""{"tokenizer_class": "Qwen2Tokenizer", "added_tokens_decoder": { {{added}} }, {{config}} }""");
        return TokenizerFolder.Load(folder.Path);
    }
}
