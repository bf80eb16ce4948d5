using Plumbline.Training.Rewards;

namespace Plumbline.Training.Evaluation;

/// <summary>Somebody who scores answers, under a name.</summary>
/// <param name="Name">Such as <c>reward</c>, <c>judge</c>, <c>oracle</c>.</param>
/// <param name="Source">Gives the scores; stays its owner's.</param>
/// <param name="Weights">Weight of each objective in the weighted sum; one that is missing has weight 1, null is 1 for all.</param>
public sealed record NamedJudge(string Name, IRewardSource Source, IReadOnlyDictionary<string, double>? Weights = null);
