namespace Plumbline.Models.Decoder;

/// <summary>Consecutive tokens of a text in a <see cref="PagedCache"/>; what stands before them is another segment, shared by reference.</summary>
/// <remarks>Opened and closed by its cache. Once another segment continues it, it grows no more.</remarks>
public sealed class CacheSegment
{
    internal CacheSegment(PagedCache owner, CacheSegment? parent) => (Owner, Parent, Start) = (owner, parent, parent?.End ?? 0);

    /// <summary>What stands before it; null at the beginning of a text.</summary>
    public CacheSegment? Parent { get; }

    /// <summary>The place of its first token in the text.</summary>
    public int Start { get; }

    /// <summary>Tokens held, those of a pass that is being prepared included.</summary>
    public int Count { get; internal set; }

    /// <summary>The place of the token that would come next.</summary>
    public int End => Start + Count;

    /// <summary>The cache that opened it.</summary>
    internal PagedCache Owner { get; }

    /// <summary>Where its tokens lie, <see cref="CachePages.Tokens"/> a page.</summary>
    internal List<nint> Pages { get; } = [];

    /// <summary>The last pass that it was extended in.</summary>
    internal long Pass { get; set; }

    /// <summary>Its opener while it is open, and every segment that continues it.</summary>
    internal int Holders { get; set; } = 1;

    /// <summary>Whether another segment was ever opened behind it.</summary>
    internal bool IsContinued { get; set; }

    /// <summary>Whether it, or what stands before it, was extended in that pass.</summary>
    internal bool IsIn(long pass)
    {
        for (CacheSegment? at = this; at is not null; at = at.Parent)
            if (at.Pass == pass)
                return true;
        return false;
    }
}
