using Plumbline.Models.Hub;

namespace Plumbline.Models.Tests.Hub;

public sealed class FileSelectionTests
{
    [Theory]
    [InlineData("*.json", "a/b.json", true), InlineData("*.json", "a.json.bin", false), InlineData("*.json", "ajson", false)]
    [InlineData("model-?.safetensors", "model-1.safetensors", true), InlineData("model-?.safetensors", "model-.safetensors", false), InlineData("model-?.safetensors", "model-12.safetensors", false)]
    [InlineData("original/", "original/a/b", true), InlineData("original/", "my/original/a", false), InlineData("original", "original/a", false)]
    [InlineData("a[1].txt", "a[1].txt", true), InlineData("a[1].txt", "a1.txt", false), InlineData("*.JSON", "a.json", false)]
    public void Match_APattern_FitsTheWholePath(string glob, string path, bool fits) => Assert.Equal(fits, new FileGlobs([glob]).Match(path));

    [Fact]
    public void Of_AModel_TakesItsTemplatesAndNoDoubles()
    {
        string[] all =
        [
            "additional_chat_templates/tool_use.jinja", "chat_template.jinja", "config.json", "consolidated-00001.safetensors", "merges.txt", "model-00001-of-00002.safetensors",
            "model.safetensors.index.json", "notes.txt", "onnx/config.json", "pytorch_model.bin", "tokenizer.model", "training.log",
        ];
        Assert.Equal(
            ["additional_chat_templates/tool_use.jinja", "chat_template.jinja", "config.json", "merges.txt", "model-00001-of-00002.safetensors", "model.safetensors.index.json", "tokenizer.model"],
            new FileSelection().Of(HubName.Parse("org/name"), [.. all.Select(File)]).Select(f => f.Path));
        Assert.Equal(all.Where(path => path != "pytorch_model.bin"), new FileSelection { Include = ["*"] }.Of(HubName.Parse("org/name"), [.. all.Select(File)]).Select(f => f.Path));
    }

    private static HubFile File(string path) => new(path, 1, new string('0', 40), null);
}
