using Plumbline.Training.Runs;
using YamlDotNet.Serialization;

namespace Plumbline.Training.Tests.Runs;

public sealed class ModelCardTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    private static ModelCardContent Content(ModelCardKind kind) => new()
    {
        Name = "front desk",
        Kind = kind,
        Summary = "Aligned on four objectives.",
        BaseModel = "org/base: \"small\"",
        Tags = ["grpo", "plumbline"],
        Data = ["prompts.jsonl, 512 rows"],
        RecipeYaml = "grpo:\n  note: \"```\"\n",
        Results = [new("polite|ness", 0.4, 0.9, "oracle")],
        Figures = [new("held-out loss", "1.25")],
        Limits = ["Small:\nnot for use."],
    };

    private static Dictionary<string, object> FrontMatter(string card) =>
        new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(card.Split("---\n")[1]);

    [Theory]
    [InlineData(ModelCardKind.CausalLanguageModel, "transformers", "AutoModelForCausalLM.from_pretrained(\"path/to/this/folder\")")]
    [InlineData(ModelCardKind.Adapter, "peft", "PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base)")]
    [InlineData(ModelCardKind.SequenceClassification, "transformers", "AutoModelForSequenceClassification")]
    public void Write_EachKind_NamesItsLibraryAndHowToLoad(ModelCardKind kind, string library, string loading)
    {
        ModelCard.Write(_temporary.Root, Content(kind));
        string card = File.ReadAllText(_temporary["README.md"]);
        Dictionary<string, object> front = FrontMatter(card);
        Assert.Equal(library, front["library_name"]);
        Assert.Equal("org/base: \"small\"", front["base_model"]);
        Assert.Equal("unknown", front["license"]);
        Assert.Equal(["plumbline", "grpo"], ((List<object>)front["tags"]).Cast<string>());
        Assert.Contains(loading, card);
    }

    [Fact]
    public void Render_Text_CannotBreakTableListOrFence()
    {
        string card = ModelCard.Render(Content(ModelCardKind.CausalLanguageModel));
        Assert.Contains("| polite\\|ness | oracle | 0.400 | 0.900 | +0.500 |", card);
        Assert.Contains("| held-out loss | 1.25 |", card);
        Assert.Contains("- Small: not for use.\n", card);
        Assert.Contains("````yaml\ngrpo:\n  note: \"```\"\n````\n", card);
    }

    [Fact]
    public void Render_FromScratch_NamesNoBase() =>
        Assert.DoesNotContain("base_model", ModelCard.Render(Content(ModelCardKind.CausalLanguageModel) with { BaseModel = null }));
}
