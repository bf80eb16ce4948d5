namespace Plumbline.Training.Data.Formats;

/// <summary>What one row of a plain text file is.</summary>
internal enum TextUnit
{
    /// <summary>A line that holds more than blanks.</summary>
    Line,

    /// <summary>A text: what stands between marks of the end of a text, or else between blank lines.</summary>
    Text,
}
