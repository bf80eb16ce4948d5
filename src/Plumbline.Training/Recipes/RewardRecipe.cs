using System.ComponentModel;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Quantization;

namespace Plumbline.Training.Recipes;

/// <summary>A reward model with one head per objective, trained by masked regression on labelled rows, by comparison of pairs, or by both.</summary>
public sealed record RewardRecipe : IValidated
{
    /// <summary>The Hugging Face folder whose trunk is taken; null trains the small trunk of <see cref="Scratch"/>.</summary>
    [Description("model folder whose trunk is taken; null = from scratch")]
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

    /// <summary>The LoRA adapter to train beside the head; null trains the whole trunk.</summary>
    [Description("LoRA adapter to train; null = the whole trunk")]
    public AdapterOptions? Adapter { get; init; }

    /// <summary>The labelled rows.</summary>
    public RewardData Data { get; init; } = new();

    /// <summary>The trunk made when <see cref="Model"/> is null.</summary>
    public ScratchOptions Scratch { get; init; } = new();

    /// <summary>Loss, pooling, balance.</summary>
    public RewardOptions Reward { get; init; } = new();

    /// <summary>AdamW; the learning rate 1e-3 suits the small trunk from scratch (a pretrained one wants 1e-5 to 1e-4; TRL's default is 1e-4).</summary>
    public OptimizerOptions Optimizer { get; init; } = new() { LearningRate = 1e-3 };

    /// <summary>Length, batches, reports.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <inheritdoc/>
    public IEnumerable<string> Faults(string path)
    {
        var faults = new FaultList(path);
        faults.FolderExists(Model, RunChecks.ModelFile);
        if (string.IsNullOrWhiteSpace(Model))
        {
            faults.Require(Adapter is null, Adapter, "a trunk from scratch has nothing to adapt. Name a model, or remove the adapter section.");
            faults.Require(Reward.ChatTemplate != true, Reward.ChatTemplate, "the tokenizer of a trunk from scratch has no chat template. Name a model, or set it to false.");
            faults.Require(Data.MaxLength <= Scratch.MaxPositionEmbeddings, Data.MaxLength, $"the trunk from scratch ends at scratch.max_position_embeddings, which is {Scratch.MaxPositionEmbeddings}. Lower the one or raise the other.");
        }
        if (Reward.Head is RewardHead.Ridge)
        {
            faults.Require(!string.IsNullOrWhiteSpace(Model), Model, "a ridge head stands on what a trained model knows. Name one, such as the policy's base.");
            faults.Require(Adapter is null, Adapter, "the trunk of a ridge head is frozen. Remove the adapter section, or set reward.head to regression.");
            faults.Require(Data.Pairs is null or [], Data.Pairs, "a ridge head is fitted to labels, not to pairs. Remove them, or set reward.head to regression.");
        }
        faults.Require(Data.Train.Count > 0 || Scratch.PretrainSteps == 0, Scratch.PretrainSteps, "these steps read the texts of data.train, which is not given. Set it to 0, or give labelled rows.");
        faults.Require(Reward.PairObjective is null || Data.Objectives.Contains(Reward.PairObjective), Reward.PairObjective,
            $"it must be one of data.objectives, which are {string.Join(", ", Data.Objectives)}. Leave it out to compare the sum of all.");
        faults.Require(Training.ToActivations() == new TrainingOptions().ToActivations(), Training.Activations, "reward keeps what autograd keeps. Leave it out, and lower training.per_device_train_batch_size for the memory.");
        RunChecks.Add(faults, Device, Threads);
        RunChecks.AddBase(faults, Dtype, Quantization, adapted: Adapter is not null);
        return faults;
    }
}
