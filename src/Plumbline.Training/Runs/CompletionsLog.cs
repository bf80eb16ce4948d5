using Parquet;
using Parquet.Schema;

namespace Plumbline.Training.Runs;

/// <summary>completions/step-000010.parquet: what the policy said, with every objective's score.</summary>
/// <remarks>Columns as in TRL: step, prompt, completion, one nullable double per objective (null: not applicable), advantage; ours beside them: finish_reason.</remarks>
/// <param name="directory">The folder that takes the files; made when the first is written.</param>
/// <param name="objectives">The objectives' names, in the order of the scores.</param>
public sealed class CompletionsLog(string directory, IReadOnlyList<string> objectives)
{
    private readonly ParquetSchema _schema = Schema(objectives);

    /// <summary>Writes one step's completions as one file, whole or not at all; a file of that step is replaced.</summary>
    /// <returns>The file's path.</returns>
    /// <exception cref="ArgumentException">A row has not one score per objective.</exception>
    /// <exception cref="RunFolderException">The file cannot be written.</exception>
    public async Task<string> WriteAsync(int step, IReadOnlyList<CompletionRow> rows, CancellationToken cancellationToken = default)
    {
        if (rows.FirstOrDefault(row => row.Scores.Count != objectives.Count) is { } odd)
            throw new ArgumentException($"A completion has {odd.Scores.Count} scores, but there are {objectives.Count} objectives ({string.Join(", ", objectives)}).", nameof(rows));
        using var content = new MemoryStream();
        await FillAsync(content, step, rows, cancellationToken);
        string path = Path.Combine(directory, $"step-{step:D6}.parquet");
        WholeFile.Write(path, stream => content.WriteTo(stream));
        return path;
    }

    private async Task FillAsync(Stream content, int step, IReadOnlyList<CompletionRow> rows, CancellationToken cancellationToken)
    {
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(_schema, content, cancellationToken: cancellationToken);
        using ParquetRowGroupWriter group = writer.CreateRowGroup();
        var columns = new Queue<DataField>(_schema.GetDataFields());
        await group.WriteAsync<int>(columns.Dequeue(), rows.Select(_ => step).ToArray(), cancellationToken: cancellationToken);
        await group.WriteAsync(columns.Dequeue(), rows.Select(row => row.Prompt).ToArray());
        await group.WriteAsync(columns.Dequeue(), rows.Select(row => row.Completion).ToArray());
        for (int i = 0; i < objectives.Count; i++)
            await group.WriteAsync<double>(columns.Dequeue(), rows.Select(row => Applicable(row.Scores[i])).ToArray(), cancellationToken: cancellationToken);
        await group.WriteAsync<double>(columns.Dequeue(), rows.Select(row => row.Advantage).ToArray(), cancellationToken: cancellationToken);
        await group.WriteAsync(columns.Dequeue(), rows.Select(row => row.FinishReason).ToArray());
        group.CompleteValidate();
    }

    private static double? Applicable(double score) => double.IsNaN(score) ? null : score;

    private static ParquetSchema Schema(IReadOnlyList<string> objectives)
    {
        Field[] fields =
        [
            new DataField<int>("step"), new DataField<string>("prompt"), new DataField<string>("completion"),
            .. objectives.Select(name => new DataField<double?>(name)),
            new DataField<double>("advantage"), new DataField<string>("finish_reason"),
        ];
        if (fields.GroupBy(field => field.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException($"Two columns of the completions file would be called '{twice.Key}': give the objective another name.", nameof(objectives));
        return new ParquetSchema(fields);
    }
}
