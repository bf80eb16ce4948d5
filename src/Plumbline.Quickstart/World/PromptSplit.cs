namespace Plumbline.Quickstart.World;

/// <summary>Which prompts may be trained on.</summary>
/// <remarks>The split is a property of the world, not of a seed: a pair of request and phrasing lies wholly on one side, and some phrasings are held out altogether.</remarks>
public enum PromptSplit
{
    /// <summary>Prompts for every kind of training.</summary>
    Train,

    /// <summary>Prompts for evaluation alone. They use no word that training lacks, and share no sentence with it.</summary>
    HeldOut,
}
