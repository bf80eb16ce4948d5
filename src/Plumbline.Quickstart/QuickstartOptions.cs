using Plumbline.Quickstart.World;

namespace Plumbline.Quickstart;

/// <summary>A run of the whole job on the embedded world. The defaults take some minutes on two cores.</summary>
public sealed record QuickstartOptions
{
    /// <summary>Where everything is written; must hold no earlier run.</summary>
    public required string OutputDir { get; init; }

    /// <summary>Seed of world, weights, orders and sampling.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Threads for tensor work; 0 takes one per core.</summary>
    public int Threads { get; init; }

    /// <summary>Overrides of the GRPO recipe, as <c>key=value</c>.</summary>
    public IReadOnlyList<string> Sets { get; init; } = [];

    /// <summary>How much data.</summary>
    public WorldSizes Sizes { get; init; } = new();

    /// <summary>Steps of supervised training.</summary>
    public int SftSteps { get; init; } = 800;

    /// <summary>Steps of the reward model, unless it stops getting better sooner.</summary>
    public int RewardSteps { get; init; } = 800;

    /// <summary>Steps of GRPO.</summary>
    public int GrpoSteps { get; init; } = 120;

    /// <summary>Train the reward model on tidy answers only: a control that shows reward hacking.</summary>
    public bool TidyRewards { get; init; }
}
