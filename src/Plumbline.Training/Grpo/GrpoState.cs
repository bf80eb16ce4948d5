using System.Text.Json;

namespace Plumbline.Training.Grpo;

/// <summary>What a GRPO run counts, beside weights and optimizer.</summary>
/// <param name="TokensSeen">Prompt and completion tokens of all steps so far.</param>
/// <param name="ShuffleCalls">Tables the shuffling control has shuffled.</param>
/// <param name="SkippedInARow">Unsound updates left out since the last sound one.</param>
internal sealed record GrpoState(long TokensSeen, long ShuffleCalls, int SkippedInARow)
{
    private const string File = "trainer.json";

    public void Save(string directory) => System.IO.File.WriteAllText(Path.Combine(directory, File), JsonSerializer.Serialize(this));

    public static GrpoState Load(string directory) => JsonSerializer.Deserialize<GrpoState>(System.IO.File.ReadAllText(Path.Combine(directory, File)))!;
}
