namespace Plumbline.Models.Checkpoints;

/// <summary>Where a layer's norms stand about attention and feed-forward.</summary>
public enum NormPlacement
{
    /// <summary>Before each: x + f(norm(x)).</summary>
    Before,

    /// <summary>Before and after each: x + norm(f(norm(x))).</summary>
    Around,

    /// <summary>After each alone: x + norm(f(x)).</summary>
    After,
}
