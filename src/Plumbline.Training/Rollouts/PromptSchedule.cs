using Plumbline.Training.Data;

namespace Plumbline.Training.Rollouts;

/// <summary>Which prompts each step takes.</summary>
/// <param name="prompts">All training prompts.</param>
/// <param name="promptsPerStep">Prompts of one step.</param>
/// <param name="seed">Seed of the orders.</param>
public sealed class PromptSchedule(IReadOnlyList<Prompt> prompts, int promptsPerStep, long seed)
{
    private readonly RowSchedule _rows = new(prompts.Count, promptsPerStep, seed);

    /// <summary>Steps of a run: as many as asked for, or so many epochs' worth.</summary>
    public int TotalSteps(int maxSteps, double epochs) => _rows.TotalSteps(maxSteps, epochs);

    /// <summary>The prompts of a step, counted from 1.</summary>
    public PromptBatch Batch(int step) => new([.. _rows.Rows(step).Select(i => prompts[i])], _rows.FirstNumber(step));
}
