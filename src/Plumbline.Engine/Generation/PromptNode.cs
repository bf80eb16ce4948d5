using Plumbline.Models.Decoder;

namespace Plumbline.Engine.Generation;

/// <summary>A stretch of tokens that one prompt, or several together, have after their parent's.</summary>
internal sealed class PromptNode(PromptNode? parent, ArraySegment<int> ids, bool isLeaf)
{
    public PromptNode? Parent => parent;

    /// <summary>The stretch's own tokens; at least one.</summary>
    public ArraySegment<int> Ids => ids;

    /// <summary>Whether a prompt ends here.</summary>
    public bool IsLeaf => isLeaf;

    /// <summary>Completions below this node that have not finished.</summary>
    public int Unfinished { get; set; }

    /// <summary>Whether the tokens have been given to a pass.</summary>
    public bool IsPlanned { get; set; }

    /// <summary>Where the tokens are cached, once they were run.</summary>
    public CacheSegment? Segment { get; set; }

    /// <summary>A leaf's last hidden state, (1, width), from which its completions begin, once it was run.</summary>
    public Tensor? Last { get; set; }
}
