namespace Plumbline.Training.Recipes;

/// <summary>Whose log-probabilities the importance ratio compares with.</summary>
public enum OldLogProbs
{
    /// <summary>The policy's, as it gives them before its first update on the completions: the ratio then begins at exactly 1.</summary>
    Policy,

    /// <summary>The sampler's, as it reported them with each token: no pass is needed, and they hold however the policy has moved since.</summary>
    Sampler,
}
