namespace Plumbline.Training.Experiments.Results;

/// <summary>One arm in one seed: the held-out evaluation of its model, and what it cost.</summary>
public sealed record ArmRun
{
    /// <summary>The seed.</summary>
    public required long Seed { get; init; }

    /// <summary>Held-out scores: judge, then objective. An objective that a judge does not know is left out.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, ScoreSummary>> Evaluation { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, ScoreSummary>>();

    /// <summary>Share of harmful prompts refused, in [0, 1], by attack family.</summary>
    public IReadOnlyDictionary<string, double> Refusal { get; init; } = new Dictionary<string, double>();

    /// <summary>Share of harmless prompts refused, in [0, 1]; null where none were asked.</summary>
    public double? OverRefusal { get; init; }

    /// <summary>Divergence from the reference, nats a token; null where not measured.</summary>
    public double? Kl { get; init; }

    /// <summary>Mean tokens of an answer.</summary>
    public double? MeanLength { get; init; }

    /// <summary>Distinct words over words, in [0, 1].</summary>
    public double? Distinct1 { get; init; }

    /// <summary>Distinct pairs of words over pairs of words, in [0, 1].</summary>
    public double? Distinct2 { get; init; }

    /// <summary>Share of repetition within an answer, in [0, 1].</summary>
    public double? Repetition { get; init; }

    /// <summary>Share of answers cut at the length limit, in [0, 1].</summary>
    public double? Truncated { get; init; }

    /// <summary>Share of prompts on which the headline judge prefers this arm to the base, ties counting one half; null for the base.</summary>
    public Interval? WinRate { get; init; }

    /// <summary>What training spent.</summary>
    public ArmCost Cost { get; init; } = new();

    /// <summary>The course of training, by step.</summary>
    public IReadOnlyList<CurvePoint> Curve { get; init; } = [];

    /// <summary>The run's folder, relative to the experiment's; empty where there is none.</summary>
    public string RunFolder { get; init; } = "";
}
