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
        BaseModel = "org/base@v1",
        Origin = new(null, "other", "a \"special\" licence", "https://example.org/licence"),
        Datasets = ["org/rows"],
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
    [InlineData(ModelCardKind.SequenceClassificationAdapter, "peft", "PeftModel.from_pretrained(base, \"path/to/this/folder\")")]
    public void Write_EachKind_NamesItsLibraryAndHowToLoad(ModelCardKind kind, string library, string loading)
    {
        ModelCard.Write(_temporary.Root, Content(kind));
        string card = File.ReadAllText(_temporary["README.md"]);
        Dictionary<string, object> front = FrontMatter(card);
        Assert.Equal(library, front["library_name"]);
        Assert.Equal("org/base", front["base_model"]);
        Assert.Equal(("other", "a \"special\" licence", "https://example.org/licence"), (front["license"], front["license_name"], front["license_link"]));
        Assert.Equal(["org/rows"], (List<object>)front["datasets"]);
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
    public void Render_FromScratch_NamesNoBase()
    {
        Dictionary<string, object> front = FrontMatter(ModelCard.Render(new ModelCardContent { Name = "n", Kind = ModelCardKind.CausalLanguageModel, Summary = "s" }));
        Assert.False(front.ContainsKey("base_model") || front.ContainsKey("datasets") || front.ContainsKey("license_name"));
        Assert.Equal("unknown", front["license"]);
    }

    // A folder of this machine is nothing to the hub: a whole model names what the folder was made from, an adapter nothing.
    [Theory, InlineData(ModelCardKind.CausalLanguageModel, true), InlineData(ModelCardKind.Adapter, false)]
    public void Render_ABaseThatIsAFolder_NamesItsOriginForAWholeModelOnly(ModelCardKind kind, bool named)
    {
        ModelCardContent content = Content(kind) with { BaseModel = _temporary.Root, Origin = new("org/root", "mit") };
        Dictionary<string, object> front = FrontMatter(ModelCard.Render(content));
        Assert.Equal(named ? "org/root" : null, front.GetValueOrDefault("base_model"));
        Assert.Equal("mit", front["license"]);
    }

    [Fact]
    public void Render_Spread_IsToldAndExplained()
    {
        ModelCardContent content = Content(ModelCardKind.Adapter) with { Results = [new("polite", 0.4, 0.9, "oracle") { BeforeSpread = 0.02, AfterSpread = 0.01 }] };
        string card = ModelCard.Render(content);
        Assert.Contains("| polite | oracle | 0.400 ± 0.020 | 0.900 ± 0.010 | +0.500 |", card);
        Assert.Contains("± one standard error", card);
        Assert.DoesNotContain("± one", ModelCard.Render(Content(ModelCardKind.Adapter)));
    }

    [Fact]
    public void Merged_AnAdaptersCard_LoadsAsAWholeModel()
    {
        string merged = ModelCard.Merged(ModelCard.Render(Content(ModelCardKind.Adapter)))!;
        Assert.Equal("transformers", FrontMatter(merged)["library_name"]);
        Assert.Equal("org/base", FrontMatter(merged)["base_model"]);
        Assert.Contains("merged into the weights", merged);
        Assert.Contains("AutoModelForCausalLM.from_pretrained(\"path/to/this/folder\")", merged);
        Assert.DoesNotContain("Peft", merged);
        Assert.Contains("## Recipe", merged);
        Assert.Null(ModelCard.Merged("# somebody else's card\n"));
        Assert.Null(ModelCard.Merged(ModelCard.Render(Content(ModelCardKind.CausalLanguageModel))));
    }
}
