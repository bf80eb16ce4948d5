using System.Text.Json;
using System.Text.Json.Serialization;

namespace Plumbline.Quickstart.World;

/// <summary>Writes the world as JSONL, so that it can be read, and reused with the ordinary verbs.</summary>
public static class WorldFiles
{
    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) } };

    /// <summary>Names of the files.</summary>
    public const string PromptsTrain = "prompts_train.jsonl", PromptsHeldOut = "prompts_heldout.jsonl", Sft = "sft.jsonl", SftValidation = "sft_val.jsonl", Reward = "reward.jsonl";

    /// <summary>Ends every prompt in the files: nothing is put between prompt and completion, so the prompt itself says where it ends.</summary>
    public const string PromptEnd = "\n";

    /// <summary>Writes prompts_train.jsonl, prompts_heldout.jsonl, sft.jsonl, sft_val.jsonl and reward.jsonl; each file appears whole or not at all.</summary>
    /// <remarks>Prompt rows hold prompt, kind, topic and attack; supervised rows prompt and completion; reward rows these, the four labels (null where missing) and split. No file but prompts_heldout.jsonl holds a held-out prompt.</remarks>
    /// <param name="directory">The folder; made where it does not exist.</param>
    /// <param name="sizes">How many rows.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="tidyRewards">Whether the reward rows hold tidy answers only, for the control that shows reward hacking.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Write(string directory, WorldSizes sizes, long seed, bool tidyRewards = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        ArgumentNullException.ThrowIfNull(sizes);
        Directory.CreateDirectory(directory);
        IEnumerable<WorldPrompt> Prompts(PromptSplit split, int count) => FrontDesk.Prompts(split, count, seed).Select(p => p with { Text = p.Text + PromptEnd });
        IEnumerable<SftPair> Pairs(int count, long first) => FrontDesk.SftPairs(count, seed, first).Select(p => p with { Prompt = p.Prompt + PromptEnd });
        IEnumerable<RewardRow> Rewards(int count, long first, string split) =>
            (tidyRewards ? FrontDesk.TidyRewardRows(count, seed, first) : FrontDesk.RewardRows(count, seed, first)).Select(r => r with { Prompt = r.Prompt + PromptEnd, Split = split });
        WriteRows(Path.Combine(directory, PromptsTrain), Prompts(PromptSplit.Train, sizes.TrainPrompts));
        WriteRows(Path.Combine(directory, PromptsHeldOut), Prompts(PromptSplit.HeldOut, sizes.HeldOutPrompts));
        WriteRows(Path.Combine(directory, Sft), Pairs(sizes.SftRows, 0));
        WriteRows(Path.Combine(directory, SftValidation), Pairs(sizes.SftValidationRows, sizes.SftRows));
        WriteRows(Path.Combine(directory, Reward), Rewards(sizes.RewardRows, 0, "train").Concat(Rewards(sizes.RewardValidationRows, sizes.RewardRows, "val")));
    }

    private static void WriteRows<T>(string path, IEnumerable<T> rows)
    {
        string partial = path + ".partial";
        File.WriteAllLines(partial, rows.Select(row => JsonSerializer.Serialize(row, Json)));
        File.Move(partial, path, overwrite: true);
    }
}
