namespace Plumbline.Training.Experiments.Results;

/// <summary>Everything an experiment found: arms, seeds, judges, costs. It is results.json, and all that the report is made from.</summary>
/// <remarks>A figure that was not measured is null or NaN (null in the file), never zero.</remarks>
public sealed record ExperimentResult
{
    /// <summary>What the experiment is called.</summary>
    public required string Title { get; init; }

    /// <summary>The command line that makes it again.</summary>
    public string Command { get; init; } = "";

    /// <summary>Where it ran.</summary>
    public MachineDescription Machine { get; init; } = new();

    /// <summary>The resolved recipe, YAML.</summary>
    public string Settings { get; init; } = "";

    /// <summary>Names of the objectives, in the recipe's order.</summary>
    public required IReadOnlyList<string> Objectives { get; init; }

    /// <summary>The weight of each objective in training, in the order of <see cref="Objectives"/>.</summary>
    public IReadOnlyList<double> Weights { get; init; } = [];

    /// <summary>Who scored the held-out answers, such as <c>reward model</c>, <c>judge</c>, <c>oracle</c>.</summary>
    public required IReadOnlyList<string> Judges { get; init; }

    /// <summary>The judge whose word counts for the verdict: the one that no training saw. One of <see cref="Judges"/>.</summary>
    public required string HeadlineJudge { get; init; }

    /// <summary>The judge that training maximised, one of <see cref="Judges"/>; null where none did.</summary>
    public string? TrainingJudge { get; init; }

    /// <summary>The seeds of the arms.</summary>
    public IReadOnlyList<long> Seeds { get; init; } = [];

    /// <summary>What every arm was given to spend.</summary>
    public ExperimentBudget Budget { get; init; } = new();

    /// <summary>The arms: base first, then methods, ablations, controls.</summary>
    public required IReadOnlyList<ArmResult> Arms { get; init; }

    /// <summary>The learning rates tried for each arm.</summary>
    public IReadOnlyList<LearningRateTrial> Search { get; init; } = [];

    /// <summary>Who scored the trials; null where none were made.</summary>
    public string? SearchJudge { get; init; }

    /// <summary>The sweep of one weight; null where none was made.</summary>
    public FrontierResult? Frontier { get; init; }

    /// <summary>Prompts with the answers of all arms.</summary>
    public IReadOnlyList<SampleRow> Samples { get; init; } = [];

    /// <summary>Warnings and remarks, such as signs of reward hacking.</summary>
    public IReadOnlyList<ExperimentFinding> Findings { get; init; } = [];

    /// <summary>Wall-clock seconds of the whole experiment.</summary>
    public double Seconds { get; init; }

    /// <summary>Writes results.json, whole or not at all.</summary>
    /// <exception cref="Runs.RunFolderException">The file cannot be written.</exception>
    public void Write(string path) => ResultFile.Write(path, this);

    /// <summary>Reads a results.json.</summary>
    /// <exception cref="Runs.RunFolderException">The file is absent or is no result of an experiment.</exception>
    public static ExperimentResult Read(string path) => ResultFile.Read<ExperimentResult>(path);
}
