namespace Plumbline.Training.Dpo;

/// <summary>How pairs are made from a policy's own completions.</summary>
public sealed record PairSamplerOptions
{
    /// <summary>Completions sampled per prompt; at least 2.</summary>
    public int NumGenerations { get; init; } = 4;

    /// <summary>Least margin of a pair, in the unit of the weighted sum of rewards; not negative. Completions of the same reward never make a pair.</summary>
    public double MinMargin { get; init; }

    /// <summary>Prompts sampled side by side; memory grows with it, the result does not depend on it.</summary>
    public int PromptsPerBatch { get; init; } = 16;

    /// <summary>No further batch is begun after this time; zero has no limit. What is sampled by then is ranked and kept.</summary>
    public TimeSpan TimeLimit { get; init; }

    internal void RequireSound()
    {
        if (NumGenerations < 2)
            throw new ArgumentException($"num_generations is {NumGenerations}, but a pair needs 2 completions. Set it to 2 or more.");
        if (!(MinMargin >= 0 && double.IsFinite(MinMargin)))
            throw new ArgumentException($"min_margin is {MinMargin}, but a margin is a number of 0 or more.");
        if (PromptsPerBatch < 1)
            throw new ArgumentException($"prompts_per_batch is {PromptsPerBatch}, but at least 1 prompt is sampled at a time.");
    }
}
