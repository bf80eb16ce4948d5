using Plumbline.Training.Experiments.Results;

namespace Plumbline.Training.Experiments.Report;

/// <summary>One colour an arm, the same in every drawing; the page's style holds them for light and for dark.</summary>
/// <remarks>Methods take the first, most distinct ones; the base is grey. Told apart under the common kinds of colour blindness, and labelled besides.</remarks>
internal sealed class ArmColors
{
    private const int Count = 6;
    private readonly Dictionary<string, string> _colors = [];

    public ArmColors(ExperimentResult result)
    {
        ArmResult[] colored = [.. result.Arms.Where(arm => arm.Kind == ArmKind.Method), .. result.Arms.Where(arm => arm.Kind == ArmKind.Baseline)];
        for (int i = 0; i < colored.Length; i++)
            _colors[colored[i].Name] = $"var(--s{i % Count + 1})";
    }

    /// <summary>The colour as CSS.</summary>
    public string this[string arm] => _colors.GetValueOrDefault(arm, "var(--soft)");
}
