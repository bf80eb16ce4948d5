namespace Plumbline.Training.Experiments.Results;

/// <summary>How a finding is meant.</summary>
public enum FindingSeverity
{
    /// <summary>Worth knowing.</summary>
    Note,

    /// <summary>The figures may not mean what they seem to.</summary>
    Warning,
}
