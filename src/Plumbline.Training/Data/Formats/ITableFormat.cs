namespace Plumbline.Training.Data.Formats;

/// <summary>How rows are read from one kind of file.</summary>
/// <remarks>Implementations hold no state and may be used from any thread; each enumeration opens the file anew.</remarks>
public interface ITableFormat
{
    /// <summary>The word for it in a recipe, such as <c>jsonl</c>.</summary>
    string Name { get; }

    /// <summary>The endings of its files, with their dot, in lower case.</summary>
    IReadOnlyList<string> Extensions { get; }

    /// <summary>The rows of a file, read as they are asked for.</summary>
    /// <param name="path">The file; may be compressed.</param>
    /// <param name="badRows">Told of rows that cannot be read where those after it can.</param>
    /// <returns>The rows in order.</returns>
    /// <exception cref="DataException">The file cannot be read, or not beyond some row; thrown when that row is reached.</exception>
    IEnumerable<DataRow> Read(string path, BadRows badRows);
}
