namespace Plumbline.Training.Data;

/// <summary>The fields of pairs; the defaults are TRL's.</summary>
/// <param name="Prompt">The prompt; empty, or absent from a row: taken from the answers.</param>
/// <param name="Chosen">The preferred answer.</param>
/// <param name="Rejected">The other.</param>
/// <param name="Split">What names the row's split.</param>
public sealed record PreferenceFields(string Prompt = "prompt", string Chosen = "chosen", string Rejected = "rejected", string Split = DataRow.SplitField);
