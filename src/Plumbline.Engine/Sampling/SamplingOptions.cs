namespace Plumbline.Engine.Sampling;

/// <summary>How the next token is drawn; the words and defaults are TRL's.</summary>
public sealed record SamplingOptions
{
    /// <summary>Logits are divided by this; 0 takes the likeliest token.</summary>
    public double Temperature { get; init; } = 1.0;

    /// <summary>Keep only the k likeliest tokens; 0 keeps all.</summary>
    public int TopK { get; init; }

    /// <summary>Keep the smallest set of likeliest tokens whose probability reaches this; 1 keeps all.</summary>
    public double TopP { get; init; } = 1.0;

    /// <summary>Drop tokens less likely than this share of the likeliest; 0 drops none.</summary>
    public double MinP { get; init; }

    /// <summary>Logits of tokens already in the row are divided by this when positive and multiplied when negative; 1 changes nothing.</summary>
    public double RepetitionPenalty { get; init; } = 1.0;

    /// <summary>Seed of the counter-based randomness.</summary>
    public long Seed { get; init; }
}
