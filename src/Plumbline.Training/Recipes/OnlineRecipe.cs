using System.ComponentModel;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Quantization;

namespace Plumbline.Training.Recipes;

/// <summary>What the recipes of all online algorithms share: the policy, its prompts, its rewards.</summary>
public abstract record OnlineRecipe : IValidated
{
    /// <summary>The Hugging Face folder of the policy.</summary>
    [Description("model folder of the policy")]
    public string Model { get; init; } = "";

    /// <summary>A PEFT adapter to go on training; its shape is its own, so <see cref="Adapter"/> stays null.</summary>
    [Description("saved adapter to go on training")]
    public string? AdapterPath { get; init; }

    /// <summary>The run's folder; null makes one under runs/. TRL's word.</summary>
    [Description("folder of the run; null = a new one under runs/")]
    public string? OutputDir { get; init; }

    /// <summary>Seed of all randomness. transformers' default.</summary>
    [Description("seed of all randomness")]
    public int Seed { get; init; } = 42;

    /// <summary><c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    [Description("cpu, cuda or cuda:N")]
    public string Device { get; init; } = "cpu";

    /// <summary>Threads of tensor work; 0 takes what the machine has.</summary>
    [Description("threads of tensor work; 0 = as the machine has")]
    public int Threads { get; init; }

    /// <summary>The type in which the frozen base of an adapter is held; weights that are trained are float32. transformers' word.</summary>
    [Description("type of an adapter's frozen base; auto = float32 on a CPU, bfloat16 on a GPU")]
    public ModelDType Dtype { get; init; }

    /// <summary>In how many bits the projections of that base are held; a folder that <c>plumbline quantize</c> made needs no word. Ours.</summary>
    [Description("bits of that base's projections; none = as dtype says")]
    public QuantizationType Quantization { get; init; }

    /// <summary>The LoRA adapter to train; null, without <see cref="AdapterPath"/>, trains the whole model.</summary>
    [Description("LoRA adapter to train; null = the whole model")]
    public AdapterOptions? Adapter { get; init; }

    /// <summary>The prompts.</summary>
    public PromptData Data { get; init; } = new();

    /// <summary>Where completions are sampled.</summary>
    public RolloutOptions Rollout { get; init; } = new();

    /// <summary>The sources of reward; at least one.</summary>
    [Description("sources of reward: models and rules")]
    public IReadOnlyList<RewardSource> Rewards { get; init; } = [];

    /// <summary>AdamW; the learning rate 1e-5 suits small models trained whole (an adapter wants about ten times more; TRL's default is 1e-6).</summary>
    public OptimizerOptions Optimizer { get; init; } = new() { LearningRate = 1e-5 };

    /// <summary>Length and reports; the batch is <see cref="OnlineOptions.PromptsPerStep"/> · <see cref="OnlineOptions.NumGenerations"/>.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>The algorithm's own section.</summary>
    public abstract OnlineOptions Algorithm { get; }

    /// <summary>That section's key.</summary>
    protected abstract string Section { get; }

    /// <summary>The weight of an objective: its source's weights times the algorithm's <c>reward_weights</c>; 1 where nothing is said.</summary>
    /// <param name="objective">The objective's name.</param>
    /// <param name="source">The source that scores it.</param>
    public double WeightOf(string objective, RewardSource source) =>
        source.Weight * source.Weights.GetValueOrDefault(objective, 1) * Algorithm.RewardWeights.GetValueOrDefault(objective, 1);

    /// <inheritdoc/>
    public IEnumerable<string> Faults(string path)
    {
        var faults = new FaultList(path);
        faults.Given(Model, "Name the policy's folder, such as --set model=DIR.");
        faults.FolderExists(Model, RunChecks.ModelFile);
        faults.FolderExists(AdapterPath, RunChecks.AdapterFile);
        faults.Require(AdapterPath is null || Adapter is null, AdapterPath, "adapter is given as well. Keep one: a saved adapter to go on with, or the shape of a new one.");
        faults.Require(Rewards.Count > 0, Rewards, "nothing can be learnt without a reward. Add a source, such as --set rewards.0.path=DIR.");
        faults.Require(Rollout.Type is RolloutType.Local || !Rollout.AdapterSync || Adapter is not null || AdapterPath is not null, Rollout.AdapterSync,
            "the whole model is trained, and a server can be handed adapters only. Add an adapter section, or set it to false to sample from the base as the server has it.");
        long completions = (long)Algorithm.PromptsPerStep * Algorithm.NumGenerations;
        faults.Require(Training.GradientAccumulationSteps < 1 || completions % Training.GradientAccumulationSteps == 0, Training.GradientAccumulationSteps,
            $"it must cut the {completions} completions of a step ({Section}.prompts_per_step times {Section}.num_generations) into equal parts. Set it to a divisor of {completions}.");
        faults.Require(Training.PerDeviceTrainBatchSize == new TrainingOptions().PerDeviceTrainBatchSize, Training.PerDeviceTrainBatchSize,
            $"{Section} does not use it. Set {Section}.prompts_per_step and {Section}.num_generations for the batch, training.gradient_accumulation_steps for the memory.");
        RunChecks.Add(faults, Device, Threads);
        RunChecks.AddBase(faults, Dtype, Quantization, adapted: Adapter is not null || AdapterPath is not null);
        return faults;
    }
}
