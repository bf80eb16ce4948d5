namespace Plumbline.Training.Data.Inspection;

/// <summary>A part of a row as a trainer sees it.</summary>
/// <param name="Name">What it is: prompt, completion, chosen, rejected.</param>
/// <param name="Text">Its text; null where only tokens are known.</param>
/// <param name="Ids">Its tokens; null where no tokenizer was given.</param>
/// <param name="IsLearnt">Whether the loss counts its tokens.</param>
public sealed record RowPart(string Name, string Text, int[]? Ids, bool IsLearnt)
{
    /// <summary>Tokens, or characters where no tokenizer was given.</summary>
    public int Length => Ids?.Length ?? Text.Length;
}
