using Parquet;
using Parquet.Schema;
using Plumbline.Training.Runs;

namespace Plumbline.Training.Tests.Runs;

public sealed class CompletionsLogTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task WriteAsync_Rows_HaveTrlsColumnsAndReadBack()
    {
        var log = new CompletionsLog(_temporary["completions"], ["politeness", "safety"]);
        string path = await log.WriteAsync(10,
            [
                new("Hé \"you\"", "Good day 🙂", [0.5, double.NaN], -1.25, "stop"),
                new("p2", "", [0.75, 1], 1.25, "length"),
            ], TestContext.Current.CancellationToken);
        Assert.Equal("step-000010.parquet", Path.GetFileName(path));

        await using ParquetReader reader = await ParquetReader.CreateAsync(path, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(["step", "prompt", "completion", "politeness", "safety", "advantage", "finish_reason"], reader.Schema.GetDataFields().Select(field => field.Name));
        using ParquetRowGroupReader group = reader.OpenRowGroupReader(0);
        Assert.Equal(["Hé \"you\"", "p2"], await Strings(group, reader.Schema, "prompt"));
        Assert.Equal(["Good day 🙂", ""], await Strings(group, reader.Schema, "completion"));
        Assert.Equal(["stop", "length"], await Strings(group, reader.Schema, "finish_reason"));
        var safety = new double?[2];
        await group.ReadAsync<double>(Field(reader.Schema, "safety"), safety, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal([null, 1.0], safety);
        var advantage = new double[2];
        await group.ReadAsync<double>(Field(reader.Schema, "advantage"), advantage, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal([-1.25, 1.25], advantage);
        Assert.Equal([path], Directory.GetFiles(_temporary["completions"]));
    }

    [Fact]
    public void Create_ObjectiveNamedLikeAColumn_IsRefused() =>
        Assert.Contains("'prompt'", Assert.Throws<ArgumentException>(() => new CompletionsLog(_temporary.Root, ["prompt"])).Message);

    [Fact]
    public async Task WriteAsync_ScoreMissing_IsRefused()
    {
        var log = new CompletionsLog(_temporary.Root, ["a", "b"]);
        await Assert.ThrowsAsync<ArgumentException>(() => log.WriteAsync(1, [new("p", "c", [1], 0, "stop")], TestContext.Current.CancellationToken));
    }

    private static DataField Field(ParquetSchema schema, string name) => schema.GetDataFields().Single(field => field.Name == name);

    private static async Task<string[]> Strings(ParquetRowGroupReader group, ParquetSchema schema, string name)
    {
        var values = new string[2];
        await group.ReadAsync(Field(schema, name), values, cancellationToken: TestContext.Current.CancellationToken);
        return values;
    }
}
