namespace Plumbline.Training.Recipes;

/// <summary>In which order objectives become one advantage; the words are TRL's.</summary>
public enum MultiObjectiveAggregation
{
    /// <summary>The weighted sum of rewards is normalised: the objective with the widest spread leads.</summary>
    SumThenNormalize,

    /// <summary>Each objective is normalised in its group, then weighted and summed (GDPO, arXiv:2601.05242): weights alone decide.</summary>
    NormalizeThenSum,
}
