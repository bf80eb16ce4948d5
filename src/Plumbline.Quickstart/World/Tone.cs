namespace Plumbline.Quickstart.World;

/// <summary>The manners of an answer.</summary>
public enum Tone
{
    /// <summary>Matter of fact.</summary>
    Neutral,

    /// <summary>A courteous opening, a courteous close, or both.</summary>
    Polite,

    /// <summary>A rude opening, a rude close, or both.</summary>
    Rude,
}
