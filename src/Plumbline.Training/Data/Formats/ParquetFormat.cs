using System.Text.Json;
using Parquet;
using Parquet.Serialization;

namespace Plumbline.Training.Data.Formats;

/// <summary>Parquet, one row group in memory at a time; lists of structs, as <c>messages</c> are, become lists of objects.</summary>
internal sealed class ParquetFormat : ITableFormat
{
    /// <inheritdoc/>
    public string Name => "parquet";

    /// <inheritdoc/>
    public IReadOnlyList<string> Extensions => [".parquet"];

    /// <inheritdoc/>
    public IEnumerable<DataRow> Read(string path, BadRows badRows)
    {
        if (DataStream.IsCompressed(path))
            throw new DataException(path, 0, "a Parquet file is compressed within, and cannot be read when it is compressed again. Decompress it.");
        using Stream stream = DataStream.Open(path);
        (string[] columns, int groups) = Try(path, () => Describe(stream));
        long number = 0;
        for (int group = 0; group < groups; group++)
        {
            int current = group;
            foreach (Dictionary<string, object> row in Try(path, () => ParquetSerializer.DeserializeUntypedAsync(stream, rowGroupIndex: current).GetAwaiter().GetResult().Data))
                yield return new DataRow(path, ++number, ParquetJson.ToObject(columns, row)) { Unit = RowUnit.Row };
        }
    }

    private static (string[] Columns, int Groups) Describe(Stream stream)
    {
        ParquetReader reader = ParquetReader.CreateAsync(stream, leaveStreamOpen: true).GetAwaiter().GetResult();
        return ([.. reader.Schema.Fields.Select(field => field.Name)], reader.RowGroupCount);
    }

    // The library raises exceptions of many types on files that are damaged.
    private static T Try<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is not (OutOfMemoryException or DataException))
        {
            throw new DataException(path, 0, $"the file cannot be read as Parquet: {fault.Message.TrimEnd('.')}. It may be cut short or damaged; fetch or make it again.", fault);
        }
    }
}
