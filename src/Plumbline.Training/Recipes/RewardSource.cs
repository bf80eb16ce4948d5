using System.ComponentModel;
using Plumbline.Training.Remote;
using Plumbline.Training.Rewards.Judges;

namespace Plumbline.Training.Recipes;

/// <summary>One source of rewards. Ours; TRL takes Python functions. Keys that the type does not use are faults.</summary>
public sealed partial record RewardSource : IValidated
{
    /// <summary>Where the reward comes from.</summary>
    [Description("where the reward comes from")]
    public RewardSourceType Type { get; init; } = RewardSourceType.Model;

    /// <summary>model: the reward model's folder. assembly: the .dll.</summary>
    [Description("model: its folder; assembly: the .dll")]
    public string? Path { get; init; }

    /// <summary>The objective's name, null for the type's word; where a source has several objectives, a prefix of their names, null for none.</summary>
    [Description("name of the objective; of several, a prefix of their names")]
    public string? Name { get; init; }

    /// <summary>assembly: the full name of the class; null takes the only reward there is.</summary>
    [Description("assembly: full name of the class; null = the only reward in it")]
    public string? Class { get; init; }

    /// <summary>http: the address that scores are posted to. judge: the root of OpenAI's protocol.</summary>
    [Description("http: address that scores are posted to; judge: such as http://host/v1")]
    public string? Url { get; init; }

    /// <summary>http: the objectives that the server scores; empty for the one that <see cref="Name"/> names.</summary>
    [Description("http: the objectives it scores; empty = one, called name")]
    public IReadOnlyList<string> Objectives { get; init; } = [];

    /// <summary>judge: the model's name at its server.</summary>
    [Description("judge: name of the model at its server")]
    public string? Model { get; init; }

    /// <summary>judge: the objectives, and for each what earns a high score.</summary>
    [Description("judge: for each objective what earns a high score")]
    public IReadOnlyDictionary<string, string> Rubric { get; init; } = new OrderedDictionary<string, string>();

    /// <summary>judge: a YAML file with the same, in place of <see cref="Rubric"/>.</summary>
    [Description("judge: a YAML file with the same")]
    public string? RubricFile { get; init; }

    /// <summary>judge: how it marks.</summary>
    [Description("judge: how it marks; scores are 0 to 1 whichever it is")]
    public JudgeScale Scale { get; init; } = JudgeScale.Unit;

    /// <summary>http: the prompts' field that is sent as their label, such as a reference answer; judge: is shown it; null sends none.</summary>
    [Description("http, judge: field of the prompts with a reference answer; null = none")]
    public string? LabelField { get; init; }

    /// <summary>http, judge: the environment variable that holds a bearer token; null sends none.</summary>
    [Description("http, judge: environment variable with the key; null = none")]
    public string? ApiKeyEnv { get; init; }

    /// <summary>http, judge: how long one attempt may take, seconds.</summary>
    [Description("http, judge: seconds that one attempt may take")]
    public double TimeoutSeconds { get; init; } = 60;

    /// <summary>http, judge: further attempts, with longer and longer pauses, where a failure may pass.</summary>
    [Description("http, judge: further attempts where a failure may pass")]
    public int MaxRetries { get; init; } = 4;

    /// <summary>http: completions of one request.</summary>
    [Description("http: completions of one request")]
    public int BatchSize { get; init; } = 32;

    /// <summary>http, judge: requests side by side.</summary>
    [Description("http, judge: requests side by side")]
    public int Concurrency { get; init; } = 4;

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

    /// <summary>Factors by objective name, on top of <see cref="Weight"/>; 1 where none is given. Not for rules.</summary>
    [Description("further factors by objective name; not for rules")]
    public IReadOnlyDictionary<string, double> Weights { get; init; } = new OrderedDictionary<string, double>();

    /// <summary>The bearer token that <see cref="ApiKeyEnv"/> names; null where none is sent.</summary>
    public string? ApiKey() => ApiKeyEnv is null ? null : Environment.GetEnvironmentVariable(ApiKeyEnv);

    /// <summary>How patiently a server is asked.</summary>
    public RemoteLimits ToLimits() => new() { Timeout = TimeSpan.FromSeconds(TimeoutSeconds), MaxRetries = MaxRetries };
}
