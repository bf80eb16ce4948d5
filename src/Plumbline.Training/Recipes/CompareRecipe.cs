using System.ComponentModel;
using Plumbline.Training.Experiments;

namespace Plumbline.Training.Recipes;

/// <summary>An experiment: the same start, prompts, seeds and budget for several algorithms, judged on every objective and at every cost.</summary>
public sealed record CompareRecipe : IValidated
{
    /// <summary>The folder all arms start from; null makes one in the embedded world, for each seed its own.</summary>
    [Description("model folder all arms start from; null = the embedded world's")]
    public string? Model { get; init; }

    /// <summary>The reward model of all arms that learn from one.</summary>
    [Description("reward model's folder; with model")]
    public string? Reward { get; init; }

    /// <summary>An independent judge (what <c>plumbline judge</c> left), whose word counts for the verdict; null leaves the reward model to judge itself.</summary>
    [Description("independent judge's folder, whose word counts")]
    public string? Judge { get; init; }

    /// <summary>Preference pairs for DPO and SFT; null samples the start and ranks by the reward model.</summary>
    [Description("preference pairs for dpo and sft; null = sampled and ranked")]
    public string? Pairs { get; init; }

    /// <summary>A reward model that can be fooled, for the control of that name.</summary>
    [Description("a reward model that can be fooled, for control hackable")]
    public string? HackableReward { get; init; }

    /// <summary>The experiment's folder; null makes one under runs/.</summary>
    [Description("folder of the experiment; null = a new one under runs/")]
    public string? OutputDir { get; init; }

    /// <summary><c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    [Description("cpu, cuda or cuda:N")]
    public string Device { get; init; } = "cpu";

    /// <summary>Threads of tensor work; 0 takes what the machine has.</summary>
    [Description("threads of tensor work; 0 = as the machine has")]
    public int Threads { get; init; }

    /// <summary>Seeds; the methods and baselines run with each, ablations and controls with the first.</summary>
    [Description("seeds; ablations and controls run with the first only")]
    public IReadOnlyList<int> Seeds { get; init; } = [1, 2, 3];

    /// <summary>Which algorithms; any of <see cref="ArmCatalogue.Main"/>.</summary>
    [Description("base, sft, grpo, ppo, dpo, rloo: any of them")]
    public IReadOnlyList<string> Arms { get; init; } = ["base", "sft", "grpo", "ppo", "dpo", "rloo"];

    /// <summary>Variations of GRPO, null for those of the embedded world, none on a model of yours; <see cref="ArmCatalogue.Ablations"/>, or an objective's name and <c>_alone</c>.</summary>
    [Description("sum_then_normalize, mo_grpo, rvpo, OBJECTIVE_alone; null = the world's")]
    public IReadOnlyList<string>? Ablations { get; init; }

    /// <summary>Arms that must fail, null as above; <see cref="ArmCatalogue.Controls"/>.</summary>
    [Description("shuffled, constant, random_text, hackable; null = the world's")]
    public IReadOnlyList<string>? Controls { get; init; }

    /// <summary>A sweep of one objective's weight.</summary>
    public CompareSweep Sweep { get; init; } = new();

    /// <summary>The prompts.</summary>
    public CompareData Data { get; init; } = new();

    /// <summary>What every arm may spend.</summary>
    public CompareBudget Budget { get; init; } = new();

    /// <summary>The search for each arm's learning rate.</summary>
    public CompareSearch Search { get; init; } = new();

    /// <summary>How the arms sample.</summary>
    public CompareSampling Sampling { get; init; } = new();

    /// <summary>The LoRA adapter that all arms train; null trains the whole model.</summary>
    [Description("LoRA adapter all arms train; null = the whole model")]
    public AdapterOptions? Adapter { get; init; }

    /// <summary>AdamW of all arms; the learning rate holds where no search is made.</summary>
    public OptimizerOptions Optimizer { get; init; } = new() { LearningRate = 4e-4, WarmupSteps = 5 };

    /// <summary>Further overrides <c>key=value</c>: one that begins with an algorithm's section holds for that algorithm, others for all arms.</summary>
    [Description("overrides of the arms' recipes, such as grpo.beta=0.1")]
    public IReadOnlyList<string> Set { get; init; } = [];

    /// <inheritdoc/>
    public IEnumerable<string> Faults(string path)
    {
        var faults = new FaultList(path);
        faults.FolderExists(Model, RunChecks.ModelFile);
        faults.FolderExists(Reward, RunChecks.ModelFile);
        faults.FolderExists(Judge, "judge.json");
        faults.FolderExists(HackableReward, RunChecks.ModelFile);
        faults.FileExists(Pairs);
        if (Model is not null)
            faults.Given(Reward, "Name the reward model that the arms shall learn from, such as --set reward=DIR.");
        if (Model is not null && (Data.Prompts is null || Data.EvalPrompts is null))
            faults.Require(false, Data, "prompts and eval_prompts must both be named for a model of yours, such as --set data.prompts=FILE --set data.eval_prompts=FILE.");
        if (Model is null)
            faults.Require(Reward is null && Judge is null && Pairs is null, Model, "a reward model, judge or pairs are given, which belong to a model of yours. Name it, or leave all out to use the embedded world.");
        faults.Require(Seeds.Count > 0 && Seeds.Distinct().Count() == Seeds.Count, Seeds, "seeds are different whole numbers, at least one, such as [1, 2, 3].");
        faults.Require(Arms.Count > 0 && Arms.All(ArmCatalogue.Main.Contains), Arms, $"the arms are {string.Join(", ", ArmCatalogue.Main)}.");
        faults.Require(Arms.Contains("base"), Arms, "the other arms are measured against base. Add it.");
        faults.Require((Ablations ?? []).Count + (Controls ?? []).Count == 0 || Arms.Contains("grpo"), Arms, "ablations and controls vary grpo, so it must be there. Add it.");
        faults.Require((Ablations ?? []).All(a => ArmCatalogue.Ablations.Contains(a) || a.EndsWith(ArmCatalogue.Alone, StringComparison.Ordinal)), Ablations, $"the ablations are {string.Join(", ", ArmCatalogue.Ablations)}, or an objective's name followed by {ArmCatalogue.Alone}.");
        faults.Require((Controls ?? []).All(ArmCatalogue.Controls.Contains), Controls, $"the controls are {string.Join(", ", ArmCatalogue.Controls)}.");
        faults.Require(Model is null || HackableReward is not null || !(Controls ?? []).Contains("hackable"), Controls, "hackable needs a reward model that can be fooled. Name its folder as hackable_reward, or leave the control out.");
        RunChecks.Add(faults, Device, Threads);
        return faults;
    }
}
