using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Models.Chat;

namespace Plumbline.Models.Tests.Chat;

/// <summary>Real templates on many conversations, against @huggingface/jinja.</summary>
public sealed class TemplateOracleTests
{
    private const string Tools = """
        [{"type": "function", "function": {"name": "get_weather", "description": "Weather é of a \"city\" <b>", "parameters": {"type": "object",
          "properties": {"city": {"type": "string"}, "days": {"type": "integer", "default": 3}, "unit": {"type": "string", "enum": ["c", "f"]}}, "required": ["city"]}}}]
        """;

    private static readonly Dictionary<string, string> Conversations = new()
    {
        ["one turn"] = """{"messages": [{"role": "user", "content": "Hi there"}]}""",
        ["system"] = """{"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}]}""",
        ["many turns"] = """{"messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello!"}, {"role": "user", "content": "1+1?"}, {"role": "assistant", "content": "2."}]}""",
        ["spaces"] = """{"messages": [{"role": "user", "content": " Hi \n"}, {"role": "assistant", "content": "  Hello!\n\n"}, {"role": "user", "content": "Bye"}]}""",
        ["characters"] = """{"messages": [{"role": "user", "content": "Grüße 👩🏽‍🚀 日本語 \t tab"}, {"role": "assistant", "content": "Ça va 😀?"}, {"role": "user", "content": "<|im_end|> ' \" \\ {{ x }} {% if %}"}]}""",
        ["empty"] = """{"messages": [{"role": "system", "content": ""}, {"role": "user", "content": ""}, {"role": "assistant", "content": ""}]}""",
        ["thoughts"] = """{"messages": [{"role": "user", "content": "2+2?"}, {"role": "assistant", "content": "<think>\nadd\n</think>\n\n4"}, {"role": "user", "content": "3+3?"}, {"role": "assistant", "content": "<think>x</think>6"}]}""",
        ["reasoning"] = """{"messages": [{"role": "user", "content": "2+2?"}, {"role": "assistant", "content": "4", "reasoning_content": "let me add"}, {"role": "user", "content": "3?"}, {"role": "assistant", "content": "6", "reasoning_content": "again"}]}""",
        ["tools"] = $$"""{"messages": [{"role": "system", "content": "Use tools."}, {"role": "user", "content": "Weather?"}], "tools": {{Tools}}}""",
        ["tool call"] = $$"""
            {"messages": [{"role": "user", "content": "Weather?"},
              {"role": "assistant", "content": "", "tool_calls": [{"id": "call12345", "type": "function", "function": {"name": "get_weather", "arguments": {"city": "Zürich", "days": 2} } }]},
              {"role": "tool", "name": "get_weather", "tool_call_id": "call12345", "content": "{\"t\": 20}"}, {"role": "assistant", "content": "It is 20."}, {"role": "user", "content": "Thanks"}], "tools": {{Tools}}}
            """,
        ["call without content"] = """
            {"messages": [{"role": "user", "content": "Weather?"},
              {"role": "assistant", "content": null, "tool_calls": [{"type": "function", "function": {"name": "get_weather", "arguments": "{\"city\": \"Oslo\"}"} }]},
              {"role": "tool", "content": "20"}, {"role": "assistant", "content": "20."}]}
            """,
        ["parts"] = """{"messages": [{"role": "user", "content": [{"type": "text", "text": "See "}, {"type": "image"}, {"type": "text", "text": "this"}]}]}""",
        ["assistant first"] = """{"messages": [{"role": "assistant", "content": "I begin"}, {"role": "user", "content": "no"}]}""",
        ["two users"] = """{"messages": [{"role": "user", "content": "one"}, {"role": "user", "content": "two"}]}""",
        ["no thinking"] = """{"messages": [{"role": "user", "content": "q"}], "enable_thinking": false}""",
    };

    // Where the oracle departs from jinja2: it cannot trim none or a list, which jinja2 writes as text first, and it joins text and a list by '+', which jinja2 refuses.
    private static readonly HashSet<(string Tokenizer, string Conversation)> Departures =
        [("llama3", "call without content"), ("llama3", "parts"), ("llama3_1", "call without content"), ("llama3_1", "parts"), ("deepseek_v3", "parts")];

    [Theory]
    [InlineData("qwen3")]
    [InlineData("llama3")]
    [InlineData("llama3_1")]
    [InlineData("gemma3")]
    [InlineData("deepseek_v3")]
    public void Render_RealTemplate_GivesTheOraclesText(string tokenizer)
    {
        (string source, string bos, string eos) = TemplateOracle.Template(tokenizer);
        var template = ChatTemplate.Parse(source);
        (string Name, bool Prompt)[] cases = [.. Conversations.Keys.Where(name => !Departures.Contains((tokenizer, name))).SelectMany(name => new[] { (name, false), (name, true) })];
        string?[] expected = TemplateOracle.Render(cases.Select(c => (source, Variables(Conversations[c.Name], c.Prompt, bos, eos))));
        Assert.True(expected.Count(text => text is not null) >= 16, "the oracle renders most conversations");
        foreach (((string name, bool prompt), string? text) in cases.Zip(expected))
            Assert.Equal((name, prompt, text), (name, prompt, Ours(template, Conversations[name], prompt, bos, eos)));
    }

    private static JsonObject Variables(string conversation, bool addGenerationPrompt, string bos, string eos)
    {
        JsonObject variables = JsonNode.Parse(conversation)!.AsObject();
        variables["add_generation_prompt"] = addGenerationPrompt;
        (variables["bos_token"], variables["eos_token"]) = (bos, eos);
        return variables;
    }

    private static string? Ours(ChatTemplate template, string conversation, bool addGenerationPrompt, string bos, string eos)
    {
        JsonElement json = JsonElement.Parse(conversation);
        var chat = new Conversation([.. json.GetProperty("messages").EnumerateArray().Select(message => ChatMessage.Read(message)!)])
        {
            Tools = json.TryGetProperty("tools", out JsonElement tools) ? tools : null,
            Variables = JsonSerializer.SerializeToElement(json.EnumerateObject().Where(member => member.Name == "enable_thinking").ToDictionary(member => member.Name, member => member.Value)),
        };
        try
        {
            return template.Render(chat, addGenerationPrompt, new Dictionary<string, string> { ["bos_token"] = bos, ["eos_token"] = eos }).Text;
        }
        catch (ChatTemplateException)
        {
            return null;
        }
    }
}
