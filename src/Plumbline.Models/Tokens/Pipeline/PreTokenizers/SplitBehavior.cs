namespace Plumbline.Models.Tokens.Pipeline.PreTokenizers;

/// <summary>What becomes of the matches at which a text is cut.</summary>
internal enum SplitBehavior
{
    /// <summary>They are dropped.</summary>
    Removed,

    /// <summary>Each is a piece of its own.</summary>
    Isolated,

    /// <summary>The first of a run of matches joins the piece before.</summary>
    MergedWithPrevious,

    /// <summary>The last of a run of matches joins the piece after.</summary>
    MergedWithNext,

    /// <summary>Matches that touch are one piece.</summary>
    Contiguous,
}
