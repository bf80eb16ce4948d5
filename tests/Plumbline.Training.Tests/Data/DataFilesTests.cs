using Plumbline.Training.Data;
using Plumbline.Training.Recipes;
using Plumbline.Training.Tests.Runs;

namespace Plumbline.Training.Tests.Data;

public sealed class DataFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(null, new[] { "data/train-00000-of-00002.jsonl", "data/train-00001-of-00002.jsonl" })]
    [InlineData("train", new[] { "data/train-00000-of-00002.jsonl", "data/train-00001-of-00002.jsonl" })]
    [InlineData("val", new[] { "data/validation-00000-of-00001.jsonl" })]
    [InlineData("test", new[] { "test/0000.jsonl" })]
    public void Folder_OfTheHubsForm_GivesTheFilesOfASplitInOrder(string? split, string[] expected)
    {
        Make("data/train-00001-of-00002.jsonl", "data/train-00000-of-00002.jsonl", "data/validation-00000-of-00001.jsonl", "test/0000.jsonl", "README.md", "dataset_infos.json", ".cache/x.csv");
        Assert.Equal(expected, Found(new DataSource { Path = _folder.Root, Split = split }));
    }

    [Fact]
    public void Folder_WithoutNamesOfSplits_GivesAll()
    {
        Make("b.csv", "a.csv");
        Assert.Equal(["a.csv", "b.csv"], Found(_folder.Root));
    }

    [Fact]
    public void Pattern_MatchesFilesAndFolders()
    {
        Make("one/a.jsonl", "one/b.csv", "two/c.jsonl", "two/deep/d.jsonl");
        Assert.Equal(["one/a.jsonl", "two/c.jsonl"], Found(_folder["*/*.jsonl"]));
        Assert.Equal(["one/a.jsonl", "two/c.jsonl", "two/deep/d.jsonl"], Found(_folder["**/*.jsonl"]));
        Assert.Equal(["one/b.csv"], Found(_folder["one/b*"]));
    }

    [Theory]
    [InlineData("none.jsonl", null, "none.jsonl: there is no such file (")]
    [InlineData("*.parquet", null, "*.parquet: no file fits this pattern (")]
    [InlineData("no/such/*.parquet", null, "no/such/*.parquet: no file fits this pattern (")]
    [InlineData("mixed", null, "mixed: the folder holds files of several kinds (.jsonl, .csv). Choose by a pattern, such as mixed/*.jsonl.")]
    [InlineData("splits", "train", "splits: the folder has no files of the split 'train', but of test, validation. Name one of these with split, or name a file.")]
    [InlineData("empty", null, "empty: the folder holds no file of rows. Those end in .jsonl, .ndjson, .json, .csv, .tsv, .parquet, perhaps with .gz or .zst; name a file of another kind itself.")]
    public void What_IsNotThere_IsNamedWithTheWayOut(string path, string? split, string expected)
    {
        Make("mixed/a.jsonl", "mixed/b.csv", "splits/test.csv", "splits/dev.csv", "empty/notes.md");
        DataException fault = Assert.Throws<DataException>(() => DataFiles.Of(new DataSource { Path = _folder[path], Split = split }));
        Assert.StartsWith(expected, fault.Message.Replace(_folder.Root + "/", "", StringComparison.Ordinal));
    }

    // Where no file is named after a split, the rows' own field chooses.
    [Fact]
    public void Split_OfASingleFile_ChoosesRowsByTheirField()
    {
        File.WriteAllLines(_folder["rows.jsonl"], ["""{"text": "a", "split": "train"}""", """{"text": "b", "split": "dev"}""", """{"text": "c"}"""]);
        SftRow row = Assert.Single(SftRow.Read([new DataSource { Path = _folder["rows.jsonl"], Split = "validation" }], new SftData()));
        Assert.Equal("b", row.Completion);
        DataException fault = Assert.Throws<DataException>(() => SftRow.Read([new DataSource { Path = _folder["rows.jsonl"], Split = "test" }], new SftData()));
        Assert.EndsWith("rows.jsonl: there are no rows of the split 'test'.", fault.Message);
    }

    private string[] Found(DataSource source) => [.. DataFiles.Of(source).Files.Select(file => Path.GetRelativePath(_folder.Root, file).Replace('\\', '/'))];

    private void Make(params string[] files)
    {
        foreach (string file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[file])!);
            File.WriteAllText(_folder[file], "");
        }
    }

    public void Dispose() => _folder.Dispose();
}
