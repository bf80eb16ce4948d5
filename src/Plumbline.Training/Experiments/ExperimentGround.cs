using Plumbline.Training.Data;
using Plumbline.Training.Evaluation;

namespace Plumbline.Training.Experiments;

/// <summary>What the arms of one seed share: where they start, what they learn from, who judges them.</summary>
/// <remarks>Owns its judges.</remarks>
public sealed class ExperimentGround : IDisposable
{
    /// <summary>The seed.</summary>
    public required int Seed { get; init; }

    /// <summary>The folder all arms start from.</summary>
    public required string Model { get; init; }

    /// <summary>The reward model's folder.</summary>
    public required string Reward { get; init; }

    /// <summary>The file of training prompts.</summary>
    public required string Prompts { get; init; }

    /// <summary>The file's field of the prompt.</summary>
    public string PromptField { get; init; } = "prompt";

    /// <summary>Held-out prompts.</summary>
    public required IReadOnlyList<PromptRow> HeldOut { get; init; }

    /// <summary>A file of preference pairs; null where they are to be sampled.</summary>
    public string? Pairs { get; init; }

    /// <summary>The reward model first, as the judge that training maximises; the last one's word counts for the verdict.</summary>
    public required IReadOnlyList<NamedJudge> Judges { get; init; }

    /// <summary>
    /// Who scores the trials of the search: a judge between the trained reward and the headline where there is one, else the reward. The reward itself
    /// prefers the rate that fools it soonest; the headline judge must not have chosen what it judges.
    /// </summary>
    public NamedJudge Selector => Judges.Count > 2 ? Judges[1] : Judges[0];

    /// <summary>Whether an answer refuses: (prompt, completion).</summary>
    public Func<string, string, bool> IsRefusal { get; init; } = RefusalRules.IsRefusal;

    /// <summary>Further reward models by name.</summary>
    public IReadOnlyDictionary<string, string> Extras { get; init; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable judge in Judges.Select(j => j.Source).OfType<IDisposable>())
            judge.Dispose();
    }
}
