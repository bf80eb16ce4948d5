namespace Plumbline.Core.Advantages;

/// <summary>Settings of <see cref="RlooAdvantages"/>, with TRL's names and defaults.</summary>
public sealed record RlooAdvantageOptions
{
    /// <summary>β, the weight of the summed KL in the reward; 0 = none, and no reference is needed.</summary>
    public double Beta { get; init; } = 0.05;

    /// <summary>Whether advantages are divided by their standard deviation over the batch, plus 1e-4.</summary>
    public bool NormalizeAdvantages { get; init; }

    /// <summary>The least and the greatest weighted reward, before the KL; null = no clip.</summary>
    public (double Low, double High)? RewardClipRange { get; init; }

    /// <summary>Every fault of these settings, in words for the person who wrote them.</summary>
    /// <param name="path">Where they stand, such as <c>rloo</c>.</param>
    public IEnumerable<string> Faults(string path)
    {
        if (Beta is not (>= 0 and < double.PositiveInfinity))
            yield return $"{path}.beta is {Beta}, but the KL weight must be a number not below 0. A usual value is 0.05; 0 means no reference.";
        if (RewardClipRange is { } range && !(range.Low <= range.High))
            yield return $"{path}.reward_clip_range is ({range.Low}, {range.High}), but its first number must not be above its second. Usual values are -10 and 10.";
    }
}
