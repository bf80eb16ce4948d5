using System.Text.Json;
using Plumbline.Models.Tokens;

namespace Plumbline.Models.Chat;

/// <summary>Finds the chat templates of a model's folder where transformers looks for them.</summary>
internal static class ChatTemplateFiles
{
    private const string Key = "chat_template";

    /// <summary>The templates by name, of the first of these that has any: chat_template.jinja, tokenizer_config.json, chat_template.json.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="config">Its tokenizer_config.json.</param>
    /// <exception cref="TokenizerException">A template has no name or no text.</exception>
    internal static IReadOnlyDictionary<string, string> Read(string directory, JsonElement config)
    {
        string jinja = Path.Combine(directory, "chat_template.jinja"), json = Path.Combine(directory, "chat_template.json");
        if (File.Exists(jinja))
            return Only(File.ReadAllText(jinja));
        if (Of(config, Path.Combine(directory, "tokenizer_config.json")) is { Count: > 0 } configured)
            return configured;
        return File.Exists(json) ? Of(JsonFile.ReadObject(json), json) : new Dictionary<string, string>();
    }

    /// <summary>One template, which renders every conversation.</summary>
    internal static IReadOnlyDictionary<string, string> Only(string template) => new Dictionary<string, string> { ["default"] = template };

    private static IReadOnlyDictionary<string, string> Of(JsonElement root, string file)
    {
        if (root.Text(Key) is { } template)
            return Only(template);
        var named = new Dictionary<string, string>();
        foreach (JsonElement entry in root.Items(Key))
            named[entry.Text("name") ?? throw Malformed(file, entry)] = entry.Text("template") ?? throw Malformed(file, entry);
        return named;
    }

    private static TokenizerException Malformed(string file, JsonElement entry) =>
        new($"{file}: chat_template holds {entry.GetRawText()}, but each entry of its list must have a name and a template.");
}
