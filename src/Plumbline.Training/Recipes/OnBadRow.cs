namespace Plumbline.Training.Recipes;

/// <summary>What becomes of a row of data that cannot be used.</summary>
public enum OnBadRow
{
    /// <summary>Reading ends with an error that names it.</summary>
    Error,

    /// <summary>It is left out; the run says how many were, and why the first.</summary>
    Skip,
}
