using System.Text.Json;
using Xunit;

namespace Plumbline.TestKit;

/// <summary>Enumerates the golden folders there are, each with both spellings of its configuration.</summary>
public static class GoldenFolders
{
    /// <summary>Folders of language models with golden numbers.</summary>
    public static TheoryData<string, string> LanguageModels() => Where(architecture => architecture.EndsWith("ForCausalLM", StringComparison.Ordinal));

    /// <summary>Folders of sequence classifiers.</summary>
    public static TheoryData<string, string> Classifiers() => Where(architecture => architecture.EndsWith("ForSequenceClassification", StringComparison.Ordinal));

    /// <summary>Folders of PEFT adapters.</summary>
    public static TheoryData<string> Adapters()
    {
        var data = new TheoryData<string>();
        foreach (string folder in All().Where(f => File.Exists(Path.Combine(f, "adapter_config.json"))))
            data.Add(Path.GetFileName(folder));
        if (data.Count == 0)
            data.Add("");
        return data;
    }

    private static TheoryData<string, string> Where(Func<string, bool> wanted)
    {
        var data = new TheoryData<string, string>();
        foreach (string folder in All().Where(f => File.Exists(Path.Combine(f, "golden.safetensors"))))
            foreach (string config in new[] { "config.json", "config.v4.json" }.Where(c => File.Exists(Path.Combine(folder, c))))
            {
                using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, config)));
                if (document.RootElement.TryGetProperty("architectures", out JsonElement names) && wanted(names[0].GetString()!))
                    data.Add(Path.GetFileName(folder), config);
            }
        if (data.Count == 0)
            data.Add("", "");
        return data;
    }

    private static IEnumerable<string> All() => SharedFiles.Golden is { } golden ? Directory.GetDirectories(golden).Order(StringComparer.Ordinal) : [];
}
