using System.ComponentModel;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Quantization;

namespace Plumbline.Training.Recipes;

/// <summary>Alignment of a policy with pairs of answers, by DPO and its kin.</summary>
public sealed record DpoRecipe : IValidated
{
    /// <summary>The Hugging Face folder of the policy.</summary>
    [Description("model folder of the policy")]
    public string Model { get; init; } = "";

    /// <summary>A PEFT adapter to go on training; its shape is its own, so <see cref="Adapter"/> stays null. The reference is then the base without it.</summary>
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

    /// <summary>The pairs.</summary>
    public DpoData Data { get; init; } = new();

    /// <summary>The algorithm.</summary>
    public DpoOptions Dpo { get; init; } = new();

    /// <summary>AdamW; the learning rate 1e-5 suits small models trained whole (an adapter wants about ten times more; TRL's default is 1e-6).</summary>
    public OptimizerOptions Optimizer { get; init; } = new() { LearningRate = 1e-5 };

    /// <summary>Length, batches (counted in pairs), reports.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <inheritdoc/>
    public IEnumerable<string> Faults(string path)
    {
        var faults = new FaultList(path);
        faults.Given(Model, "Name the policy's folder, such as --set model=DIR.");
        faults.FolderExists(Model, RunChecks.ModelFile);
        faults.FolderExists(AdapterPath, RunChecks.AdapterFile);
        faults.Require(AdapterPath is null || Adapter is null, AdapterPath, "adapter is given as well. Keep one: a saved adapter to go on with, or the shape of a new one.");
        faults.Require(!Dpo.CouplesPairs || Training.GradientAccumulationSteps <= 1, Training.GradientAccumulationSteps,
            $"the loss ({string.Join(", ", Dpo.LossType)}{(Dpo.UseWeighting ? ", weighted" : "")}) compares the pairs of a step with each other, so they must be one micro-batch. Set it to 1, and training.per_device_train_batch_size to the pairs of a step.");
        RunChecks.Add(faults, Device, Threads);
        RunChecks.AddBase(faults, Dtype, Quantization, adapted: Adapter is not null || AdapterPath is not null);
        return faults;
    }
}
