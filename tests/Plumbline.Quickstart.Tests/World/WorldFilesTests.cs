using System.Text.Json;
using Plumbline.Quickstart.World;

namespace Plumbline.Quickstart.Tests.World;

public sealed class WorldFilesTests : IDisposable
{
    private static readonly WorldSizes Small = new() { TrainPrompts = 40, HeldOutPrompts = 20, SftRows = 30, SftValidationRows = 10, RewardRows = 60, RewardValidationRows = 15 };

    private readonly string _folder = Directory.CreateTempSubdirectory("plumbline-world-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private List<JsonElement> Rows(string name) => [.. File.ReadLines(Path.Combine(_folder, name)).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];

    [Fact]
    public void Write_Files_HoldTheRowsAndFieldsPromised()
    {
        WorldFiles.Write(_folder, Small, seed: 2);
        Assert.Equal(
            ["prompts_heldout.jsonl", "prompts_train.jsonl", "reward.jsonl", "sft.jsonl", "sft_val.jsonl"],
            Directory.GetFiles(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(40, Rows("prompts_train.jsonl").Count);
        Assert.Equal(20, Rows("prompts_heldout.jsonl").Count);
        Assert.Equal(30, Rows("sft.jsonl").Count);
        Assert.Equal(10, Rows("sft_val.jsonl").Count);

        JsonElement prompt = Rows("prompts_heldout.jsonl")[2];
        Assert.Equal(["prompt", "kind", "topic", "attack"], prompt.EnumerateObject().Select(field => field.Name));
        Assert.Equal("harmful", prompt.GetProperty("kind").GetString());
        Assert.Equal(["prompt", "completion"], Rows("sft.jsonl")[0].EnumerateObject().Select(field => field.Name));

        List<JsonElement> rewards = Rows("reward.jsonl");
        Assert.Equal(["prompt", "completion", "politeness", "meaningfulness", "actionability", "safety", "split"], rewards[0].EnumerateObject().Select(field => field.Name));
        Assert.Equal(60, rewards.Count(row => row.GetProperty("split").GetString() == "train"));
        Assert.Equal(15, rewards.Count(row => row.GetProperty("split").GetString() == "val"));
        Assert.Contains(rewards, row => row.GetProperty("actionability").ValueKind == JsonValueKind.Null);
    }

    [Fact]
    public void Write_Twice_IsTheSameByteForByte()
    {
        WorldFiles.Write(Path.Combine(_folder, "a"), Small, seed: 2);
        WorldFiles.Write(Path.Combine(_folder, "b"), Small, seed: 2);
        Assert.All(Directory.GetFiles(Path.Combine(_folder, "a")), file =>
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(_folder, "b", Path.GetFileName(file)))));
    }
}
