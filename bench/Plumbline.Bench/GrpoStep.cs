using Plumbline.Engine.Segments;
using Plumbline.Training.Grpo;
using Plumbline.Training.Online;
using Plumbline.Training.Policies;
using Plumbline.Training.Recipes;
using Plumbline.Training.Rollouts;

namespace Plumbline.Bench;

/// <summary>One step of the GRPO trainer as `plumbline grpo` takes it, of a given size; and the scoring of its rows by a frozen model.</summary>
internal sealed class GrpoStep : IDisposable
{
    private readonly GrpoTrainer _trainer;
    private readonly Policy _policy;
    private readonly TokenRows _rows;
    private int _step;

    public GrpoStep(string directory, int prompts, int promptLength, int generations, int tokens, bool lora)
    {
        AdapterOptions? adapter = lora ? new AdapterOptions() : null;
        var recipe = new GrpoRecipe
        {
            Model = directory,
            Adapter = adapter,
            Optimizer = new OptimizerOptions { LearningRate = 1e-6 },
            Training = new TrainingOptions { MaxSteps = int.MaxValue },
            Grpo = new GrpoOptions { Beta = 0, NumGenerations = generations, PromptsPerStep = prompts, MaxCompletionLength = tokens },
        };
        _policy = Policy.Load(directory, adapter, null, withReference: true, seed: 1);
        int[][] ids = Shapes.Prompts(prompts, promptLength, _policy.Model.Config.VocabSize);
        Prompt[] texts = [.. ids.Select((row, i) => new Prompt($"prompt {i}", row))];
        _trainer = new GrpoTrainer(recipe, new OnlineParts(
            _policy, new LocalRollouts(_policy, recipe.Grpo.ToGenerationOptions(1)), new ConstantReward(), [1], new PromptSchedule(texts, prompts, 1)));
        var random = new Random(2);
        _rows = TokenRows.Pack([.. ids.SelectMany(row => Enumerable.Repeat(row, generations))],
            [.. Enumerable.Range(0, prompts * generations).Select(_ => Enumerable.Range(0, tokens).Select(_ => random.Next(_policy.Model.Config.VocabSize)).ToArray())]);
    }

    /// <summary>A step; seconds of rollout and update, and of the whole.</summary>
    public Dictionary<string, double> Run()
    {
        Dictionary<string, double> metrics = _trainer.StepAsync(++_step, CancellationToken.None).GetAwaiter().GetResult();
        return new() { ["rollout"] = metrics["time/rollout"], ["update"] = metrics["time/update"], [""] = metrics["step_time"] };
    }

    /// <summary>Log-probabilities of the step's rows under the frozen reference.</summary>
    public void Score()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        _policy.ReferenceLogProbs(_rows);
    }

    public void Dispose()
    {
        _rows.Dispose();
        _trainer.Dispose();
    }
}
