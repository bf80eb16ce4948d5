namespace Plumbline.Training.Data;

/// <summary>A data file cannot be used; the message names the file, the line or row, what was wrong and how to mend it.</summary>
public sealed class DataException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="path">The file.</param>
    /// <param name="line">The line or row, from 1; 0 when the fault is of the whole file.</param>
    /// <param name="what">What was wrong and how to mend it.</param>
    /// <param name="inner">The cause, when there is one.</param>
    /// <param name="unit">What <paramref name="line"/> counts.</param>
    public DataException(string path, long line, string what, Exception? inner = null, RowUnit unit = RowUnit.Line)
        : base($"{Place(path, line, unit)}: {what}", inner) =>
        (Path, Line) = (path, line);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The line or row, from 1; 0 when the fault is of the whole file.</summary>
    public long Line { get; }

    internal static string Place(string path, long line, RowUnit unit) => line > 0 ? $"{path} {(unit is RowUnit.Row ? "row" : "line")} {line}" : path;
}
