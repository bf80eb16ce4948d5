namespace Plumbline.Training.Dpo;

/// <summary>What the sampling of pairs gave.</summary>
/// <param name="Pairs">At most one a prompt, in the prompts' order.</param>
/// <param name="GeneratedTokens">Completion tokens sampled, those of discarded completions included.</param>
/// <param name="TooClose">Prompts whose best and worst completion were not apart by more than nothing and by the least margin.</param>
/// <param name="Unscored">Prompts of which fewer than two completions could be scored.</param>
public sealed record PairSample(IReadOnlyList<RankedPair> Pairs, long GeneratedTokens, int TooClose, int Unscored);
