namespace Plumbline.Training.Recipes;

/// <summary>On what the ratio of new to old probability is taken; the words are TRL's.</summary>
public enum ImportanceSamplingLevel
{
    /// <summary>Each token.</summary>
    Token,

    /// <summary>The whole completion, by the mean over its tokens (GSPO, arXiv:2507.18071).</summary>
    Sequence,
}
