using System.Text.Json;
using System.Text.Json.Serialization;

namespace Plumbline.Quickstart.World;

/// <summary>Writes the world as JSONL, so that it can be read, and reused with the ordinary verbs.</summary>
public static class WorldFiles
{
    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) } };

    /// <summary>Writes prompts_train.jsonl, prompts_heldout.jsonl, sft.jsonl, sft_val.jsonl and reward.jsonl; each file appears whole or not at all.</summary>
    /// <remarks>Prompt rows hold prompt, kind, topic and attack; supervised rows prompt and completion; reward rows these, the four labels (null where missing) and split. No file but prompts_heldout.jsonl holds a held-out prompt.</remarks>
    /// <param name="directory">The folder; made where it does not exist.</param>
    /// <param name="sizes">How many rows.</param>
    /// <param name="seed">The seed.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Write(string directory, WorldSizes sizes, long seed)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        ArgumentNullException.ThrowIfNull(sizes);
        Directory.CreateDirectory(directory);
        WriteRows(Path.Combine(directory, "prompts_train.jsonl"), FrontDesk.Prompts(PromptSplit.Train, sizes.TrainPrompts, seed));
        WriteRows(Path.Combine(directory, "prompts_heldout.jsonl"), FrontDesk.Prompts(PromptSplit.HeldOut, sizes.HeldOutPrompts, seed));
        WriteRows(Path.Combine(directory, "sft.jsonl"), FrontDesk.SftPairs(sizes.SftRows, seed));
        WriteRows(Path.Combine(directory, "sft_val.jsonl"), FrontDesk.SftPairs(sizes.SftValidationRows, seed, firstRow: sizes.SftRows));
        IEnumerable<RewardRow> validation = FrontDesk.RewardRows(sizes.RewardValidationRows, seed, firstRow: sizes.RewardRows).Select(row => row with { Split = "val" });
        WriteRows(Path.Combine(directory, "reward.jsonl"), FrontDesk.RewardRows(sizes.RewardRows, seed).Concat(validation));
    }

    private static void WriteRows<T>(string path, IEnumerable<T> rows)
    {
        string partial = path + ".partial";
        File.WriteAllLines(partial, rows.Select(row => JsonSerializer.Serialize(row, Json)));
        File.Move(partial, path, overwrite: true);
    }
}
