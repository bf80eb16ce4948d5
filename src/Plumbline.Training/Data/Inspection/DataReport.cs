namespace Plumbline.Training.Data.Inspection;

/// <summary>What stands in a file, a folder or several files.</summary>
public sealed record DataReport
{
    /// <summary>The files, in the order in which they are read.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Rows that can be read.</summary>
    public required long Rows { get; init; }

    /// <summary>Rows that cannot be read, or are not of the layout.</summary>
    public required long BadRows { get; init; }

    /// <summary>What is wrong with the first of these; null where there is none.</summary>
    public required string? FirstBadRow { get; init; }

    /// <summary>The columns, in the order in which they first occur.</summary>
    public required IReadOnlyList<ColumnReport> Columns { get; init; }

    /// <summary>The layout that most rows have; null where none fits.</summary>
    public required DataLayout? Layout { get; init; }

    /// <summary>Whether texts are lists of messages.</summary>
    public required bool IsConversational { get; init; }

    /// <summary>Rows of each layout, by its columns; <c>none</c> for rows that fit no layout.</summary>
    public required IReadOnlyDictionary<string, long> RowsByLayout { get; init; }

    /// <summary>What lengths count: tokens, or characters where no model was given.</summary>
    public required string LengthUnit { get; init; }

    /// <summary>Lengths of each part of a row, and of the longest row that goes through the model (<c>row</c>).</summary>
    public required IReadOnlyDictionary<string, LengthReport> Lengths { get; init; }

    /// <summary>Rows that are the same as an earlier one in all columns.</summary>
    public required long Duplicates { get; init; }

    /// <summary>Rows whose prompt is that of an earlier row.</summary>
    public required long DuplicatePrompts { get; init; }

    /// <summary>The length that was asked about; null where none was.</summary>
    public required int? MaxLength { get; init; }

    /// <summary>Rows longer than <see cref="MaxLength"/>.</summary>
    public required long Truncated { get; init; }

    /// <summary>What those rows have beyond it, all together.</summary>
    public required long TruncatedLength { get; init; }

    /// <summary>The first rows, in parts.</summary>
    public required IReadOnlyList<IReadOnlyList<RowPart>> Samples { get; init; }
}
