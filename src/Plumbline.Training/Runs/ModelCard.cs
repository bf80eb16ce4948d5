using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Plumbline.Models.Hub;
using static System.FormattableString;

namespace Plumbline.Training.Runs;

/// <summary>README.md beside an exported model: what it is, what it learned from, how well it does, how to load it.</summary>
public static class ModelCard
{
    private const string FileName = "README.md";

    private const string WholeModel = """
        from transformers import AutoModelForCausalLM, AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained("path/to/this/folder")
        model = AutoModelForCausalLM.from_pretrained("path/to/this/folder")
        """;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes README.md into a folder.</summary>
    /// <exception cref="RunFolderException">It cannot be written.</exception>
    public static void Write(string directory, ModelCardContent content) => WholeFile.WriteText(Path.Combine(directory, FileName), Render(content));

    /// <summary>Gives the model that an adapter was merged into the adapter's card, told as a whole model's; does nothing where the adapter has none of ours.</summary>
    /// <param name="adapter">The adapter's folder or pulled hub name.</param>
    /// <param name="merged">The folder of the whole model.</param>
    /// <exception cref="RunFolderException">It cannot be written.</exception>
    public static void CopyMerged(string adapter, string merged)
    {
        string card = Path.Combine(ModelFolder.Resolve(adapter), FileName);
        if (File.Exists(card) && Merged(File.ReadAllText(card)) is { } whole)
            WholeFile.WriteText(Path.Combine(merged, FileName), whole);
    }

    // Null for a card that is not one of ours.
    internal static string? Merged(string card)
    {
        const string Loads = "\n## Loading\n\n", Library = "library_name: ";
        int loading = card.IndexOf(Loads, StringComparison.Ordinal), after = loading < 0 ? -1 : card.IndexOf("\n## ", loading + Loads.Length, StringComparison.Ordinal);
        if (loading < 0 || !card.Contains($"{Library}peft\n", StringComparison.Ordinal))
            return null;
        string rest = after < 0 ? "" : card[after..];
        return $"{card[..loading]}\nThe adapter of this run is merged into the weights.\n{Loads}{Fenced("python", WholeModel)}{rest}".Replace($"{Library}peft\n", $"{Library}transformers\n", StringComparison.Ordinal);
    }

    internal static string Render(ModelCardContent content)
    {
        var card = new StringBuilder();
        FrontMatter(card, content);
        card.Append($"# {OneLine(content.Name)}\n\n{content.Summary.Trim()}\n");
        Bullets(card, "Data", content.Data);
        Results(card, content);
        Bullets(card, "Limits", content.Limits);
        card.Append($"\n## Loading\n\n{Fenced("python", Loading(content))}");
        if (content.RecipeYaml is not null)
            card.Append($"\n## Recipe\n\n{Fenced("yaml", content.RecipeYaml)}");
        return card.ToString();
    }

    private static void FrontMatter(StringBuilder card, ModelCardContent content)
    {
        card.Append("---\n");
        if (PublishedBase(content) is { } published)
            card.Append($"base_model: {Quoted(published)}\n");
        card.Append($"library_name: {(IsAdapter(content) ? "peft" : "transformers")}\n");
        card.Append($"pipeline_tag: {(content.Kind is ModelCardKind.SequenceClassification or ModelCardKind.SequenceClassificationAdapter ? "text-classification" : "text-generation")}\n");
        card.Append($"license: {Quoted(content.Origin.License)}\n");
        if (content.Origin.LicenseName is { } licenseName)
            card.Append($"license_name: {Quoted(licenseName)}\n");
        if (content.Origin.LicenseLink is { } licenseLink)
            card.Append($"license_link: {Quoted(licenseLink)}\n");
        if (content.Datasets.Count > 0)
            card.Append("datasets:\n").AppendJoin("", content.Datasets.Select(name => $"- {Quoted(name)}\n"));
        card.Append("tags:\n");
        foreach (string tag in content.Tags.Prepend("plumbline").Distinct())
            card.Append($"- {Quoted(tag)}\n");
        card.Append("---\n\n");
    }

    // The hub takes names only. An adapter belongs to its own base, not to what that base was made from.
    private static string? PublishedBase(ModelCardContent content) =>
        content.BaseModel is { } name && !Path.Exists(name) && HubName.TryParse(name) is { Owner.Length: > 0 } parsed ? parsed.Repository
        : IsAdapter(content) ? null : content.Origin.Name;

    private static void Bullets(StringBuilder card, string heading, IReadOnlyList<string> lines)
    {
        if (lines.Count > 0)
            card.Append($"\n## {heading}\n\n").AppendJoin("", lines.Select(line => $"- {OneLine(line)}\n"));
    }

    private static void Results(StringBuilder card, ModelCardContent content)
    {
        if (content.Results.Count + content.Figures.Count == 0)
            return;
        card.Append("\n## Results\n");
        if (content.Results.Count > 0)
            card.Append("\n| objective | judge | before | after | change |\n|---|---|---:|---:|---:|\n");
        foreach (ObjectiveRow row in content.Results)
            card.Append(Invariant($"| {Cell(row.Name)} | {Cell(row.Judge)} | {row.Before:0.000}{Spread(row.BeforeSpread)} | {row.After:0.000}{Spread(row.AfterSpread)} | {row.After - row.Before:+0.000;-0.000;0.000} |\n"));
        if (content.Results.Any(row => row.AfterSpread is not null))
            card.Append("\n± one standard error of the mean over completions.\n");
        if (content.Figures.Count > 0)
            card.Append("\n| figure | value |\n|---|---:|\n");
        foreach (CostRow row in content.Figures)
            card.Append($"| {Cell(row.Name)} | {Cell(row.Value)} |\n");
    }

    private static string Loading(ModelCardContent content) => content.Kind switch
    {
        ModelCardKind.Adapter => $"""
            from peft import PeftModel
            from transformers import AutoModelForCausalLM, AutoTokenizer

            base = {Quoted(content.BaseModel ?? "path/to/base")}
            tokenizer = AutoTokenizer.from_pretrained(base)
            model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base), "path/to/this/folder")
            """,
        ModelCardKind.SequenceClassification => """
            from transformers import AutoModelForSequenceClassification, AutoTokenizer

            tokenizer = AutoTokenizer.from_pretrained("path/to/this/folder")
            model = AutoModelForSequenceClassification.from_pretrained("path/to/this/folder")
            names = model.config.id2label  # one output per objective, used as it is (no softmax)
            """,
        ModelCardKind.SequenceClassificationAdapter => $"""
            import json
            from peft import PeftModel
            from transformers import AutoModelForSequenceClassification, AutoTokenizer

            names = json.load(open("path/to/this/folder/reward_config.json"))["labels"]  # one output per objective, used as it is (no softmax)
            base = AutoModelForSequenceClassification.from_pretrained({Quoted(content.BaseModel ?? "path/to/base")}, num_labels=len(names))
            tokenizer = AutoTokenizer.from_pretrained("path/to/this/folder")
            model = PeftModel.from_pretrained(base, "path/to/this/folder")
            """,
        _ => WholeModel,
    };

    private static bool IsAdapter(ModelCardContent content) => content.Kind is ModelCardKind.Adapter or ModelCardKind.SequenceClassificationAdapter;

    // A fence longer than any run of backticks inside cannot be closed by the text.
    private static string Fenced(string language, string text)
    {
        string fence = "```";
        while (text.Contains(fence, StringComparison.Ordinal))
            fence += "`";
        return $"{fence}{language}\n{text.TrimEnd()}\n{fence}\n";
    }

    private static string Spread(double? spread) => spread is null ? "" : Invariant($" ± {spread:0.000}");

    // A JSON string is a YAML and a Python string too.
    private static string Quoted(string text) => JsonSerializer.Serialize(text, Plain);

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();

    private static string Cell(string text) => OneLine(text).Replace("|", "\\|", StringComparison.Ordinal);
}
