namespace Plumbline.Training.RewardModeling;

/// <summary>A labelled row as the reward model reads it.</summary>
/// <param name="Ids">Tokens of prompt, separator, completion and end.</param>
/// <param name="Labels">One a objective; NaN where there is none.</param>
public sealed record RewardExample(int[] Ids, double[] Labels);
