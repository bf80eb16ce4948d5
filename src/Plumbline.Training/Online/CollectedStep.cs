using System.Text.Json;
using System.Text.Json.Serialization;
using Plumbline.Engine.Generation;
using Plumbline.Training.Rewards;
using Plumbline.Training.Rollouts;

namespace Plumbline.Training.Online;

/// <summary>All that was collected for a step before it learns; kept in a checkpoint where it was collected a step ahead.</summary>
/// <param name="Scored">What to learn from.</param>
/// <param name="PromptBatches">Batches of prompts taken from the schedule, those of earlier steps included.</param>
/// <param name="TokensSeen">Prompt and completion tokens sampled for it.</param>
/// <param name="TokensGenerated">Completion tokens sampled for it.</param>
internal sealed record CollectedStep(ScoredRollouts Scored, int PromptBatches, long TokensSeen, long TokensGenerated)
{
    private const string File = "rollouts-ahead.json";

    // A score may be NaN. Numbers are written so that they are read back bit for bit.
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public void Save(string directory)
    {
        RolloutBatch rollouts = Scored.Rollouts;
        // Rows of one prompt hold the same object, which passes over it once: so they shall again when read back.
        Prompt[] distinct = [.. rollouts.Prompts.Distinct<Prompt>(ReferenceEqualityComparer.Instance)];
        int[] places = [.. rollouts.Prompts.Select(prompt => Array.FindIndex(distinct, each => ReferenceEquals(each, prompt)))];
        var stored = new Stored(distinct, places, rollouts.Completions, rollouts.PolicyVersion, Scored.Rewards, PromptBatches, TokensSeen, TokensGenerated);
        System.IO.File.WriteAllText(Path.Combine(directory, File), JsonSerializer.Serialize(stored, Json));
    }

    /// <summary>What <see cref="Save"/> wrote; null where nothing was collected ahead.</summary>
    public static CollectedStep? Load(string directory)
    {
        string path = Path.Combine(directory, File);
        if (!System.IO.File.Exists(path))
            return null;
        Stored stored = JsonSerializer.Deserialize<Stored>(System.IO.File.ReadAllText(path), Json)!;
        var rollouts = new RolloutBatch([.. stored.PromptOfRow.Select(place => stored.Prompts[place])], stored.Completions, stored.PolicyVersion);
        return new CollectedStep(new ScoredRollouts(rollouts, Task.FromResult(stored.Rewards)), stored.PromptBatches, stored.TokensSeen, stored.TokensGenerated);
    }

    private sealed record Stored(
        Prompt[] Prompts, int[] PromptOfRow, IReadOnlyList<Completion> Completions, int PolicyVersion, RewardTable Rewards, int PromptBatches, long TokensSeen, long TokensGenerated);
}
