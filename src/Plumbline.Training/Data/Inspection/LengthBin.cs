namespace Plumbline.Training.Data.Inspection;

/// <summary>Rows of about one length.</summary>
/// <param name="UpTo">The longest that counts here.</param>
/// <param name="Rows">How many there are.</param>
public sealed record LengthBin(long UpTo, int Rows);
