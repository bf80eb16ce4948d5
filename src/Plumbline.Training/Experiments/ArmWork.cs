namespace Plumbline.Training.Experiments;

/// <summary>What an arm did, in tokens.</summary>
public sealed record ArmWork
{
    /// <summary>Prompt and completion tokens of all sampled rows.</summary>
    public double Tokens { get; init; }

    /// <summary>Completion tokens among them.</summary>
    public double GeneratedTokens { get; init; }

    /// <summary>Tokens that updates passed through, once for every pass.</summary>
    public double TrainedTokens { get; init; }

    /// <summary>Mean tokens of a row, prompt included.</summary>
    public double RowLength { get; init; }

    /// <summary>Completions of a prompt.</summary>
    public double GroupSize { get; init; } = 1;

    /// <summary>Whether the base is frozen under an adapter.</summary>
    public bool AdapterOnly { get; init; }

    /// <summary>Whether a reference is asked.</summary>
    public bool WithReference { get; init; }

    /// <summary>Whether a critic of the policy's shape is asked and trained.</summary>
    public bool WithCritic { get; init; }
}
