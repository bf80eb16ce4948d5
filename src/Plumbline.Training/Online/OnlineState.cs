using System.Text.Json;

namespace Plumbline.Training.Online;

/// <summary>What an online run counts, beside weights and optimizer.</summary>
internal sealed record OnlineState
{
    private const string File = "trainer.json";

    /// <summary>Prompt and completion tokens of all steps so far.</summary>
    public long TokensSeen { get; init; }

    /// <summary>Completion tokens of all steps so far, dropped groups included.</summary>
    public long TokensGenerated { get; init; }

    /// <summary>Prompt and completion tokens that went through an update so far, once for every pass.</summary>
    public long TokensTrained { get; init; }

    /// <summary>Batches of prompts taken from the schedule.</summary>
    public int PromptBatches { get; init; }

    /// <summary>Tables the shuffling control has shuffled.</summary>
    public long ShuffleCalls { get; init; }

    /// <summary>Unsound updates left out since the last sound one.</summary>
    public int SkippedInARow { get; init; }

    public void Save(string directory) => System.IO.File.WriteAllText(Path.Combine(directory, File), JsonSerializer.Serialize(this));

    public static OnlineState Load(string directory) => JsonSerializer.Deserialize<OnlineState>(System.IO.File.ReadAllText(Path.Combine(directory, File)))!;
}
