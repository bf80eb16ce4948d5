namespace Plumbline.Training.Rewards.Judges;

/// <summary>The ends of the scales.</summary>
internal static class JudgeScales
{
    public static (double Worst, double Best) Ends(this JudgeScale scale) => scale switch
    {
        JudgeScale.OneToFive => (1, 5),
        JudgeScale.OneToTen => (1, 10),
        _ => (0, 1),
    };

    /// <summary>A score in [0, 1]; null where the mark lies outside the scale.</summary>
    public static double? Score(this JudgeScale scale, double mark)
    {
        (double worst, double best) = scale.Ends();
        return mark >= worst && mark <= best ? (mark - worst) / (best - worst) : null;
    }
}
