using Plumbline.Models.Hub;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Plumbline.Training.Runs;

/// <summary>What a model that others are made from says of itself: its published name and its licence.</summary>
/// <param name="Name">Its name on the hub; for a folder, the name of what it was made from; null where neither is known.</param>
/// <param name="License">The licence's identifier; <see cref="UnknownLicense"/> where nothing tells.</param>
/// <param name="LicenseName">The name of a licence that has no identifier; null for none.</param>
/// <param name="LicenseLink">Where such a licence is read; null for none.</param>
public sealed record ModelOrigin(string? Name, string License, string? LicenseName = null, string? LicenseLink = null)
{
    /// <summary>The hub's word for a licence that is not known.</summary>
    public const string UnknownLicense = "unknown";

    private static readonly string[] LicenseFiles = ["LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE"];

    // The first words of a licence's text, and the hub's identifier.
    private static readonly (string Title, string Identifier)[] Titles =
        [("Apache License", "apache-2.0"), ("MIT License", "mit"), ("BSD 3-Clause", "bsd-3-clause"), ("LLAMA 2 COMMUNITY", "llama2"), ("Gemma Terms", "gemma")];

    /// <summary>Reads the model card's head, and where it is silent the licence's text.</summary>
    /// <param name="model">A folder or a pulled hub name; null for a model made from nothing.</param>
    public static ModelOrigin Of(string? model)
    {
        if (string.IsNullOrWhiteSpace(model))
            return new(null, UnknownLicense);
        string folder = ModelFolder.Resolve(model);
        IReadOnlyDictionary<string, string> head = Head(Path.Combine(folder, "README.md"));
        return new(ModelFolder.Origin(model)?.Name.Repository ?? head.GetValueOrDefault("base_model"),
            head.GetValueOrDefault("license") ?? OfText(folder), head.GetValueOrDefault("license_name"), head.GetValueOrDefault("license_link"));
    }

    private static string OfText(string folder)
    {
        string? file = LicenseFiles.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        if (file is null)
            return UnknownLicense;
        string beginning = string.Join(' ', File.ReadLines(file).Take(10));
        return Titles.FirstOrDefault(t => beginning.Contains(t.Title, StringComparison.OrdinalIgnoreCase)).Identifier ?? "other";
    }

    // A card without a readable head says nothing.
    private static Dictionary<string, string> Head(string card)
    {
        const string Rule = "---";
        if (!File.Exists(card))
            return [];
        string[] lines = File.ReadAllLines(card);
        if (lines is not [Rule, ..] || Array.IndexOf(lines, Rule, 1) is not (> 0 and var end))
            return [];
        try
        {
            var head = new DeserializerBuilder().Build().Deserialize<Dictionary<string, object?>?>(string.Join('\n', lines[1..end]));
            return (head ?? []).Where(pair => pair.Value is string).ToDictionary(pair => pair.Key, pair => (string)pair.Value!);
        }
        catch (YamlException)
        {
            return [];
        }
    }
}
