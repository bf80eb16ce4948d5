namespace Plumbline.Models.Decoder;

/// <summary>The weights of one layer where they lie in memory.</summary>
internal sealed unsafe class DecodeLayer
{
    public required DecodeMatrix Query { get; init; }

    public required DecodeMatrix Key { get; init; }

    public required DecodeMatrix Value { get; init; }

    public required DecodeMatrix Output { get; init; }

    public required DecodeMatrix Gate { get; init; }

    public required DecodeMatrix Up { get; init; }

    public required DecodeMatrix Down { get; init; }

    /// <summary>Keys a token sees, itself included; null for all.</summary>
    public required int? Window { get; init; }

    public float* InputNorm { get; init; }

    public float* PostAttentionNorm { get; init; }

    /// <summary>Null where queries are not normalised.</summary>
    public float* QueryNorm { get; init; }

    /// <summary>Null where keys are not normalised.</summary>
    public float* KeyNorm { get; init; }
}
