namespace Plumbline.Training.Recipes;

/// <summary>Where completions are sampled.</summary>
public enum RolloutType
{
    /// <summary>In this process, with the policy's own weights.</summary>
    Local,

    /// <summary>By a running server with vLLM's routes.</summary>
    Vllm,
}
