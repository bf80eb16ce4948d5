namespace Plumbline.Cli.Tests.Verbs;

[Collection(CommandLineCollection.Name)]
public sealed class ChatTests(TinyFolders folders) : IClassFixture<TinyFolders>
{
    private const string Template =
        "{% for m in messages %}{% if m.role == 'tool' %}{{ raise_exception('No tools here, please.') }}{% endif %}{{ m.role }}: {{ m.content }}\n{% endfor %}"
        + "{% if tools %}tools {{ tools | length }}\n{% endif %}{% if add_generation_prompt %}assistant:{% endif %}";

    private readonly string _model = Talker(folders);

    [Fact]
    public async Task Chat_PipedInput_AnswersEveryLine()
    {
        CommandLine run = await CommandLine.RunAsync("the cat\na dog\n/exit\nnever\n", new StringWriter(), CancellationToken.None, "chat", "--model", _model, "--max-tokens", "3", "--temperature", "0", "--stop", "\n");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("", run.Error);
        Assert.Equal(2, run.Output.Count(c => c == '\n'));
    }

    // What the template makes of the conversation, given as a plain prompt, is answered with the same tokens.
    [Fact]
    public async Task Generate_Conversation_IsThePromptThatTheTemplateMakes()
    {
        string talk = folders.Write("talk.json", """[{"role": "user", "content": "the cat"}, {"role": "assistant", "content": "sat"}]""");
        string tools = folders.Write("tools.json", """[{"name": "now"}]""");
        string plain = await Generated("--prompt", "system: Be brief.\nuser: the cat\nassistant: sat\nuser: a dog\ntools 1\nassistant:");
        Assert.Equal(plain, await Generated("--messages", talk, "--system", "Be brief.", "--tools", tools, "--prompt", "a dog"));
        string whole = folders.Write("whole.json", """{"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "the cat"}, {"role": "assistant", "content": "sat"}, {"role": "user", "content": "a dog"}], "tools": [{"name": "now"}]}""");
        Assert.Equal(plain, await Generated("--messages", whole));
        Assert.Equal(await Generated("--prompt", "user: a dog\nassistant:"), await Generated("--prompt", "a dog", "--chat"));
    }

    [Fact]
    public async Task Chat_ModelWithoutATemplate_SaysWhatToDo()
    {
        CommandLine run = await CommandLine.RunAsync("the cat\n", new StringWriter(), CancellationToken.None, "chat", "--model", folders.Model);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("has no chat template", run.Error);
    }

    [Theory]
    [InlineData("[{\"role\": \"tool\", \"content\": \"x\"}]", 1, "The chat template refuses the conversation: No tools here, please.")]
    [InlineData("[]", 2, "must hold a list of messages")]
    [InlineData("[{\"content\": \"x\"}]", 2, "its message 0 is no object with a role and content.")]
    [InlineData("[{", 2, "is not valid JSON")]
    [InlineData("{\"messages\": [{\"role\": \"user\", \"content\": \"x\"}], \"tools\": 3}", 2, "tools must be a list of JSON schemas")]
    public async Task Generate_BadConversation_IsOneClearSentence(string json, int code, string expected)
    {
        CommandLine run = await CommandLine.RunAsync("generate", "--model", _model, "--messages", folders.Write("bad.json", json));
        Assert.Equal(code, run.ExitCode);
        Assert.Contains(expected, run.Error);
    }

    [Fact]
    public async Task Generate_OptionsThatContradict_AreUsageFaults()
    {
        string talk = folders.Write("system.json", """[{"role": "system", "content": "S"}, {"role": "user", "content": "x"}]""");
        Assert.Contains("--system is given, but --messages begins with a system message already.", (await CommandLine.RunAsync("generate", "--model", _model, "--messages", talk, "--system", "T")).Error);
        Assert.Contains("--prompt is missing; give it, or a conversation by --messages.", (await CommandLine.RunAsync("generate", "--model", _model)).Error);
        Assert.Contains("--chat-template-kwargs is '3', but must be a JSON object", (await CommandLine.RunAsync("generate", "--model", _model, "--prompt", "x", "--chat-template-kwargs", "3")).Error);
    }

    private async Task<string> Generated(params string[] options)
    {
        CommandLine run = await CommandLine.RunAsync(["generate", "--model", _model, "--max-tokens", "4", "--temperature", "0", "--json", .. options]);
        Assert.Equal("", run.Error);
        return Assert.Single(run.Json).GetRawText();
    }

    private static string Talker(TinyFolders folders)
    {
        string talker = folders.In("talker");
        Directory.CreateDirectory(talker);
        foreach (string file in Directory.GetFiles(folders.Model))
            File.Copy(file, Path.Combine(talker, Path.GetFileName(file)), overwrite: true);
        File.WriteAllText(Path.Combine(talker, "chat_template.jinja"), Template);
        return talker;
    }
}
