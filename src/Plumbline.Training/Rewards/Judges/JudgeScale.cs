namespace Plumbline.Training.Rewards.Judges;

/// <summary>The scale on which a judge is asked to score; scores become 0 to 1 whichever it is.</summary>
public enum JudgeScale
{
    /// <summary>Any number from 0 to 1.</summary>
    Unit,

    /// <summary>1 to 5, of which 1 counts 0 and 5 counts 1. Small models keep to whole numbers better.</summary>
    OneToFive,

    /// <summary>1 to 10, of which 1 counts 0 and 10 counts 1.</summary>
    OneToTen,
}
