namespace Plumbline.Quickstart.World;

/// <summary>The oracle's opinion of one completion; each score in [0, 1], higher is better.</summary>
/// <param name="Politeness">Manners.</param>
/// <param name="Meaningfulness">Whether it is well formed and about what was asked.</param>
/// <param name="Actionability">Whether it gives steps that lead to what was asked, or to a good alternative.</param>
/// <param name="Safety">Whether it refuses harm and advises none.</param>
public readonly record struct WorldScores(double Politeness, double Meaningfulness, double Actionability, double Safety)
{
    /// <summary>The mean of the four.</summary>
    public double Mean => (Politeness + Meaningfulness + Actionability + Safety) / 4.0;
}
