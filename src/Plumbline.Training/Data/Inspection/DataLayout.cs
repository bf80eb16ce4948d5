using System.Text.Json;

namespace Plumbline.Training.Data.Inspection;

/// <summary>A way to lay out rows, in TRL's words, and what it serves.</summary>
/// <param name="Name">TRL's name for it.</param>
/// <param name="Columns">The columns that make it.</param>
/// <param name="Verbs">The verbs that train or work on it.</param>
public sealed record DataLayout(string Name, IReadOnlyList<string> Columns, IReadOnlyList<string> Verbs)
{
    /// <summary>All layouts; those that need more columns first, since the others' columns are among theirs.</summary>
    public static IReadOnlyList<DataLayout> All { get; } =
    [
        new("preference", ["chosen", "rejected"], ["dpo", "reward (data.pairs)"]),
        new("unpaired preference", ["prompt", "completion", "label"], ["reward (data.objectives=[label])", "dpo (paired by prompt)", "score", "judge"]),
        new("labelled", ["prompt", "response"], ["reward", "score", "judge"]),
        new("prompt-completion", ["prompt", "completion"], ["sft", "score", "logprobs"]),
        new("language modeling", ["text"], ["sft"]),
        new("language modeling", ["messages"], ["sft"]),
        new("instruction", ["instruction", "output"], ["sft"]),
        new("prompt-only", ["prompt"], ["grpo", "ppo", "rloo", "pairs", "evaluate"]),
    ];

    /// <summary>The first layout whose columns a row has; null where none fits.</summary>
    /// <param name="row">The row, under the names that the columns were given.</param>
    public static DataLayout? Of(DataRow row) => All.FirstOrDefault(layout => layout.Columns.All(row.Has));

    /// <summary>Whether the row's columns of this layout are lists of messages.</summary>
    /// <param name="row">A row of this layout.</param>
    public bool IsConversational(DataRow row) =>
        Columns.Any(column => row.TryGet(column, out JsonElement value) && value.ValueKind is JsonValueKind.Array);
}
