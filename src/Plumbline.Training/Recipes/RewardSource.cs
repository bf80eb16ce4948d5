using System.ComponentModel;
using System.Text.RegularExpressions;

namespace Plumbline.Training.Recipes;

/// <summary>One source of rewards: a reward model or a rule. Ours; TRL takes Python functions. Keys that the type does not use are faults.</summary>
public sealed record RewardSource : IValidated
{
    /// <summary>Where the reward comes from.</summary>
    [Description("where the reward comes from")]
    public RewardSourceType Type { get; init; } = RewardSourceType.Model;

    /// <summary>model: the reward model's folder.</summary>
    [Description("model: its folder")]
    public string? Path { get; init; }

    /// <summary>The objective's name for a rule (null: the type's word), or a prefix of the names of a model's heads (null: none).</summary>
    [Description("name of the objective; for a model, a prefix of its objectives' names")]
    public string? Name { get; init; }

    /// <summary>regex: the .NET regular expression that the completion should match.</summary>
    [Description("regex: the expression to match")]
    public string? Pattern { get; init; }

    /// <summary>length: the best length, in words.</summary>
    [Description("length: the best length in words")]
    public int? Target { get; init; }

    /// <summary>length: the shortest good length, in words.</summary>
    [Description("length: the shortest good length in words")]
    public int? Min { get; init; }

    /// <summary>length: the longest good length, in words.</summary>
    [Description("length: the longest good length in words")]
    public int? Max { get; init; }

    /// <summary>Factor on every reward of this source when rewards are summed; dimensionless, may be negative.</summary>
    [Description("factor on every reward of this source")]
    public double Weight { get; init; } = 1;

    /// <summary>model: factors by objective name, on top of <see cref="Weight"/>; 1 where none is given.</summary>
    [Description("model: further factors by objective name")]
    public IReadOnlyDictionary<string, double> Weights { get; init; } = new OrderedDictionary<string, double>();

    /// <inheritdoc/>
    public IEnumerable<string> Faults(string path)
    {
        var faults = new FaultList(path);
        bool isModel = Type is RewardSourceType.Model;
        bool isLength = Type is RewardSourceType.Length;
        bool isRegex = Type is RewardSourceType.Regex;
        if (isModel)
            faults.Given(Path, "Name the reward model's folder, or set type to length, regex or repetition.");
        faults.Require(isModel || Path is null, Path, "only type model has a folder. Remove it, or correct the type.");
        faults.FolderExists(Path, RunChecks.ModelFile);
        if (isRegex)
            faults.Given(Pattern, "Give the regular expression that completions should match.");
        faults.Require(isRegex || Pattern is null, Pattern, "only type regex has a pattern. Remove it, or correct the type.");
        if (PatternFault() is { } wrong)
            faults.Require(false, Pattern, $"it is not a regular expression: {wrong}");
        faults.Require(!isLength || Target is not null || Min is not null || Max is not null, Target, "a length rule needs a target, or a min, a max or both, in words.");
        faults.Require(Target is null || (isLength && Target >= 1 && Min is null && Max is null), Target, "a target is 1 or more, for type length, and stands alone. Give a target, or min and max.");
        faults.Require(Min is null || (isLength && Min >= 0), Min, "a shortest length is 0 or more, for type length.");
        faults.Require(Max is null || (isLength && Max >= Math.Max(1, Min ?? 1)), Max, "a longest length is at least 1 and not below min, for type length.");
        faults.Require(double.IsFinite(Weight), Weight, "a factor must be a finite number.");
        faults.Require(isModel || Weights.Count == 0, Weights, "a rule has one reward. Use weight.");
        return faults;
    }

    private string? PatternFault()
    {
        try
        {
            _ = Pattern is null ? null : new Regex(Pattern);
            return null;
        }
        catch (ArgumentException fault)
        {
            return fault.Message;
        }
    }
}
