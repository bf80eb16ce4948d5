namespace Plumbline.Training.Experiments.Results;

/// <summary>One point of training.</summary>
public sealed record CurvePoint
{
    /// <summary>Optimiser steps done.</summary>
    public int Step { get; init; }

    /// <summary>Tokens generated so far.</summary>
    public long GeneratedTokens { get; init; }

    /// <summary>Tokens trained so far.</summary>
    public long TrainedTokens { get; init; }

    /// <summary>Seconds of training so far.</summary>
    public double Seconds { get; init; }

    /// <summary>Mean weighted reward of the batch; null for arms that see none, such as DPO.</summary>
    public double? Reward { get; init; }

    /// <summary>Mean of each objective in the batch, by the training reward.</summary>
    public IReadOnlyDictionary<string, double> Objectives { get; init; } = new Dictionary<string, double>();

    /// <summary>Divergence from the reference, nats a token.</summary>
    public double? Kl { get; init; }
}
