using Plumbline.Training.Runs;

namespace Plumbline.Training.Tests.Runs;

public sealed class ModelOriginTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    private ModelOrigin Of(string? card, string? licence = null)
    {
        if (card is not null)
            File.WriteAllText(_temporary["README.md"], card);
        if (licence is not null)
            File.WriteAllText(_temporary["LICENSE"], licence);
        return ModelOrigin.Of(_temporary.Root);
    }

    [Fact]
    public void Of_ACard_TellsBaseAndLicence() =>
        Assert.Equal(new ModelOrigin("org/root", "other", "terms", "https://example.org"),
            Of("---\nlicense: other\nlicense_name: terms\nlicense_link: https://example.org\nbase_model: org/root\ntags:\n- a\n---\n# Card\n", "MIT License"));

    [Theory]
    [InlineData("\n                                 Apache License\n                           Version 2.0\n", "apache-2.0")]
    [InlineData("MIT License\n\nCopyright (c)\n", "mit")]
    [InlineData("You may do as you like.\n", "other")]
    [InlineData(null, "unknown")]
    public void Of_NoCard_ReadsTheLicencesTitle(string? text, string licence) => Assert.Equal(new ModelOrigin(null, licence), Of(null, text));

    [Theory, InlineData("no head\n"), InlineData("---\nlicense: mit\n"), InlineData("---\n- a list\n---\n"), InlineData("---\nlicense: [unclosed\n---\n"), InlineData("---\n---\n")]
    public void Of_ACardWithoutAReadableHead_KnowsNothing(string card) => Assert.Equal(new ModelOrigin(null, "unknown"), Of(card));

    [Fact]
    public void Of_NoModel_KnowsNothing() => Assert.Equal(new ModelOrigin(null, "unknown"), ModelOrigin.Of(null));

    [Fact]
    public void HubDatasets_FilesOfACache_CarryTheirNames() =>
        Assert.Equal(["org/rows", "o/more--x"], HubDatasets.In("/c/datasets--org--rows/snapshots/abc/train.jsonl", "/c/datasets--org--rows/snapshots/abc/test.jsonl", null, "mine.jsonl", "/c/datasets--o--more--x/snapshots/d/f"));
}
