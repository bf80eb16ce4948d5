namespace Plumbline.Training.Data;

/// <summary>What a row's position in its file counts.</summary>
public enum RowUnit
{
    /// <summary>Lines: formats of text.</summary>
    Line,

    /// <summary>Rows: lists and tables, whose rows have no line of their own.</summary>
    Row,
}
