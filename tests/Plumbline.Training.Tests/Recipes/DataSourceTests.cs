using Plumbline.Training.Recipes;

namespace Plumbline.Training.Tests.Recipes;

public sealed class DataSourceTests : IDisposable
{
    private readonly RecipeFolder _folder = new();

    [Fact]
    public void Sources_AsAPath_AsASection_AndAsAList_AreTheSame()
    {
        string[] forms = [$"data.train={_folder.Data}", $"data.train={{path: {_folder.Data}}}", $"data.train=[{_folder.Data}]", $"data.train=[{{path: {_folder.Data}}}]", $"data.train.0.path={_folder.Data}"];
        Assert.All(forms, form => Assert.Equal(_folder.Data, Assert.Single(Read(form).Data.Train).Path));
    }

    [Fact]
    public void Sources_WithMoreThanAPath_AreReadAndWrittenBack()
    {
        SftRecipe recipe = Read($"data.train=[{{path: {_folder.Data}, weight: 3, split: train, columns: {{prompt: question}}}}, {_folder.Root}/*.jsonl]", "data.columns={completion: answer}", "data.on_bad_row=skip", "data.stopping_strategy=all_exhausted");
        string yaml = RecipeWriter.Write(recipe);
        SftRecipe back = RecipeReader.Read<SftRecipe>(_folder.Write(yaml), []);
        Assert.Equal(yaml, RecipeWriter.Write(back));
        Assert.Equal((3.0, "train", "question"), (back.Data.Train[0].Weight!.Value, back.Data.Train[0].Split, back.Data.Train[0].Columns["prompt"]));
        Assert.Equal(("answer", OnBadRow.Skip, StoppingStrategy.AllExhausted), (back.Data.Columns["completion"], back.Data.OnBadRow, back.Data.StoppingStrategy));
        Assert.Contains("  train:\n", yaml);
    }

    [Fact]
    public void Sources_OfAPathAlone_AreWrittenAsIt() =>
        Assert.Contains($"  train: {_folder.Data}\n", RecipeWriter.Write(Read($"data.train={_folder.Data}")));

    [Theory]
    [InlineData("data.train=[{path: DATA, weight: 0}]", "data.train.weight is 0, but a weight is a number above 0. Leave the source out where it shall not count.")]
    [InlineData("data.train=[DATA, {weight: 1}]", "data.train.1 has no path. Name a file, a folder, or files by a pattern such as data/*.parquet.")]
    [InlineData("data.train=[DATA, no/*.csv]", "data.train.1 is 'no/*.csv', but no file fits this pattern (")]
    [InlineData("data.train=[{path: DATA, pth: x}]", "data.train.0.pth is not a known key. Did you mean 'data.train.0.path'?")]
    [InlineData("data.columns=[a]", "data.columns is a list of 1, but must be a section of names and texts, such as {prompt: question}.")]
    public void Sources_ThatAreWrong_AreNamed(string set, string expected)
    {
        string given = set.Replace("DATA", _folder.Data, StringComparison.Ordinal);
        RecipeException fault = Assert.Throws<RecipeException>(() => RecipeReader.Read<SftRecipe>(null, set.StartsWith("data.train", StringComparison.Ordinal) ? [$"model={_folder.Model}", given] : [$"model={_folder.Model}", $"data.train={_folder.Data}", given]));
        Assert.Contains(expected, Assert.Single(fault.Faults));
    }

    private SftRecipe Read(params string[] sets) => RecipeReader.Read<SftRecipe>(null, [$"model={_folder.Model}", .. sets]);

    public void Dispose() => _folder.Dispose();
}
