namespace Plumbline.Training.RewardModeling;

/// <summary>Two answers to one prompt as the reward model reads them, one preferred.</summary>
/// <param name="ChosenIds">Tokens of prompt, separator, preferred answer and end.</param>
/// <param name="RejectedIds">The same with the other answer.</param>
/// <param name="Margin">By how much the chosen one shall score higher, in the score's unit; 0 = at all.</param>
public sealed record RewardPair(int[] ChosenIds, int[] RejectedIds, double Margin);
