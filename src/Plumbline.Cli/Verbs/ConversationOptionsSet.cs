using System.CommandLine;
using System.Text.Json;
using Plumbline.Models.Chat;

namespace Plumbline.Cli.Verbs;

/// <summary>What a conversation begins with, as the verbs that talk share it.</summary>
internal sealed class ConversationOptionsSet
{
    private readonly Option<string?> _system = new("--system") { HelpName = "TEXT", Description = "a system message" };
    private readonly Option<string?> _messages = new("--messages") { HelpName = "FILE", Description = "JSON: a list of messages, or an object with messages and perhaps tools" };
    private readonly Option<string?> _tools = new("--tools") { HelpName = "FILE", Description = "JSON: a list of tools that the chat template offers to the model" };
    private readonly Option<string?> _variables = new("--chat-template-kwargs") { HelpName = "JSON", Description = "variables of the chat template, such as '{\"enable_thinking\": false}'" };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _system, _messages, _tools, _variables })
            command.Add(option);
    }

    /// <summary>Whether any of the options was given.</summary>
    public bool Given(ParseResult parsed) =>
        new[] { _system, _messages, _tools, _variables }.Any(option => parsed.GetValue(option) is not null);

    /// <summary>The conversation so far.</summary>
    /// <exception cref="UsageException">A file cannot be read or holds something else.</exception>
    public Conversation Read(ParseResult parsed)
    {
        JsonElement? file = parsed.GetValue(_messages) is { } path ? Json(path, "--messages") : null;
        JsonElement? list = file is { ValueKind: JsonValueKind.Object } whole && whole.TryGetProperty("messages", out JsonElement inner) ? inner : file;
        ChatMessage[] messages = list is { } given ? Messages(given, parsed.GetValue(_messages)!) : [];
        if (parsed.GetValue(_system) is { } system)
            messages = messages is [{ Role: "system" }, ..]
                ? throw new UsageException("--system is given, but --messages begins with a system message already. Keep one.")
                : [new("system", system), .. messages];
        return new(messages)
        {
            Tools = parsed.GetValue(_tools) is { } tools ? List(Json(tools, "--tools"), tools)
                : file is { ValueKind: JsonValueKind.Object } own && own.TryGetProperty("tools", out JsonElement offered) ? List(offered, parsed.GetValue(_messages)!) : null,
            Variables = parsed.GetValue(_variables) is { } variables ? Object(variables) : null,
        };
    }

    private static ChatMessage[] Messages(JsonElement list, string path) => list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0
        ? throw new UsageException($"--messages names {path}, but it must hold a list of messages, [{{\"role\": ..., \"content\": ...}}, ...].")
        : [.. list.EnumerateArray().Select((message, i) => ChatMessage.Read(message)
            ?? throw new UsageException($"--messages names {path}, but its message {i} is no object with a role and content."))];

    private static JsonElement List(JsonElement tools, string path) => tools.ValueKind == JsonValueKind.Array ? tools
        : throw new UsageException($"{path}: tools must be a list of JSON schemas, [{{\"type\": \"function\", \"function\": ...}}, ...].");

    private static JsonElement Object(string text)
    {
        try
        {
            return JsonElement.Parse(text) is { ValueKind: JsonValueKind.Object } variables ? variables : throw new JsonException();
        }
        catch (JsonException)
        {
            throw new UsageException($"--chat-template-kwargs is '{text}', but must be a JSON object, such as {{\"enable_thinking\": false}}.");
        }
    }

    private static JsonElement Json(string path, string option)
    {
        try
        {
            return JsonElement.Parse(File.ReadAllBytes(path));
        }
        catch (JsonException fault)
        {
            throw new UsageException($"{option} names {path}, which is not valid JSON: {fault.Message}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{option} names a file that cannot be read: {fault.Message}");
        }
    }
}
