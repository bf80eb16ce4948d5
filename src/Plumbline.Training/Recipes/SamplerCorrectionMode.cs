namespace Plumbline.Training.Recipes;

/// <summary>How the ratio between the policy and a server that sampled for it is held; TRL's <c>vllm_importance_sampling_mode</c>.</summary>
public enum SamplerCorrectionMode
{
    /// <summary>A token's ratio is cut at the cap: truncated importance sampling, TIS.</summary>
    TokenTruncate,

    /// <summary>A token whose ratio exceeds the cap leaves the loss: masked importance sampling, MIS, or IcePop.</summary>
    TokenMask,

    /// <summary>A completion's ratio is cut at the cap.</summary>
    SequenceTruncate,

    /// <summary>A completion whose ratio exceeds the cap leaves the loss.</summary>
    SequenceMask,
}
