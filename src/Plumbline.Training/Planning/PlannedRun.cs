using Plumbline.Engine.Segments;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Decoder;

namespace Plumbline.Training.Planning;

/// <summary>A run of an online algorithm, as far as its memory and time depend on it.</summary>
public sealed record PlannedRun
{
    /// <summary>The policy's shape.</summary>
    public required ModelConfig Policy { get; init; }

    /// <summary>How the policy's weights are held.</summary>
    public required ModelPrecision Precision { get; init; }

    /// <summary>The adapter that is trained; null for every weight.</summary>
    public AdapterConfig? Adapter { get; init; }

    /// <summary>Whether a reference is asked: with an adapter the base itself, else a copy.</summary>
    public bool WithReference { get; init; }

    /// <summary>Whether a critic is trained beside the policy.</summary>
    public bool WithCritic { get; init; }

    /// <summary>Shapes of reward models.</summary>
    public IReadOnlyList<ModelConfig> Rewards { get; init; } = [];

    /// <summary>Prompts of a step.</summary>
    public required int Prompts { get; init; }

    /// <summary>Completions of a prompt.</summary>
    public required int Generations { get; init; }

    /// <summary>Tokens of a prompt, at most.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>Tokens of a completion, at most.</summary>
    public required int CompletionTokens { get; init; }

    /// <summary>Parts into which an update is cut.</summary>
    public int Pieces { get; init; } = 1;

    /// <summary>Passes over a step's rows.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>What an update keeps of its layers.</summary>
    public ActivationOptions Activations { get; init; } = new();

    /// <summary>Bytes of optimizer state for each trained number.</summary>
    public double StateBytes { get; init; } = 8;

    /// <summary>Whether optimizer state is held elsewhere than the weights.</summary>
    public bool StateElsewhere { get; init; }

    /// <summary>What the process takes before it has read anything; 0 on a device of its own memory.</summary>
    public long RuntimeBytes { get; init; }

    /// <summary>Rows of a step.</summary>
    public int Rows => Prompts * Generations;
}
