using System.ComponentModel;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Quantization;

namespace Plumbline.Training.Recipes;

/// <summary>Supervised fine-tuning: a model learns to continue texts, from a pretrained folder or from scratch.</summary>
public sealed record SftRecipe : IValidated
{
    /// <summary>The Hugging Face folder to begin from; null when <see cref="Scratch"/> is given.</summary>
    [Description("model folder to begin from")]
    public string? Model { get; init; }

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

    /// <summary>The LoRA adapter to train; null trains the whole model.</summary>
    [Description("LoRA adapter to train; null = the whole model")]
    public AdapterOptions? Adapter { get; init; }

    /// <summary>The texts.</summary>
    public SftData Data { get; init; } = new();

    /// <summary>The shape of a model made from scratch; null begins from <see cref="Model"/>.</summary>
    [Description("shape of a model made from scratch; null = begin from model")]
    public ScratchOptions? Scratch { get; init; }

    /// <summary>What is learnt from a row.</summary>
    public SftOptions Sft { get; init; } = new();

    /// <summary>AdamW; the learning rate 2e-4 suits adapters (TRL's 2e-5 is for full fine-tuning of large models).</summary>
    public OptimizerOptions Optimizer { get; init; } = new() { LearningRate = 2e-4 };

    /// <summary>Length, batches, reports.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <inheritdoc/>
    public IEnumerable<string> Faults(string path)
    {
        var faults = new FaultList(path);
        if (Scratch is null)
            faults.Given(Model, "Name a model folder, such as --set model=DIR, or give a 'scratch' section to begin without one.");
        faults.FolderExists(Model, RunChecks.ModelFile);
        faults.Require(Scratch is null || string.IsNullOrWhiteSpace(Model), Model, "scratch is given as well. Keep one: a folder to begin from, or the shape of a new model.");
        if (Scratch is not null)
        {
            faults.Require(Adapter is null, Adapter, "a model from scratch has nothing to adapt. Remove the adapter section.");
            faults.Require(Data.MaxLength <= Scratch.MaxPositionEmbeddings, Data.MaxLength, $"the model from scratch ends at scratch.max_position_embeddings, which is {Scratch.MaxPositionEmbeddings}. Lower the one or raise the other.");
        }
        RunChecks.Add(faults, Device, Threads);
        RunChecks.AddBase(faults, Dtype, Quantization, adapted: Adapter is not null);
        return faults;
    }
}
