using System.Text.Json;
using Plumbline.Engine.Generation;
using Plumbline.Rewards;
using Plumbline.Training.Online;
using Plumbline.Training.Rewards;
using Plumbline.Training.Rollouts;
using Plumbline.Training.Tests.Runs;

namespace Plumbline.Training.Tests.Online;

public sealed class CollectedStepTests
{
    [Fact]
    public void Load_OfWhatWasSaved_IsTheSameBitForBit()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["state"]);
        Assert.Null(CollectedStep.Load(folder["state"]));
        Prompt prompt = new("é \"\n", [1, 2]), equal = new("é \"\n", [1, 2]);
        var completion = new Completion([5, 6], [-0.1f, -float.Epsilon], FinishReason.StopString, "\t\u2028x");
        var rollouts = new RolloutBatch([prompt, prompt, equal], [completion, completion with { Text = "" }, completion with { TokenIds = [7, 8] }], 7);
        var rewards = new RewardTable(["a", "b"], [[0.1 + 0.2, double.NaN], [1, 2], [3, 4]]);
        new CollectedStep(new ScoredRollouts(rollouts, Task.FromResult(rewards)), 3, 40, 20).Save(folder["state"]);
        CollectedStep back = CollectedStep.Load(folder["state"])!;
        Assert.Equal((3, 40L, 20L, 7), (back.PromptBatches, back.TokensSeen, back.TokensGenerated, back.Scored.Rollouts.PolicyVersion));
        Assert.Equivalent(rollouts, back.Scored.Rollouts, strict: true);
        Assert.Equal(rewards.Objectives, back.Scored.Rewards.Objectives);
        Assert.Equal(rewards.Scores, back.Scored.Rewards.Scores);
        // The engine runs a prompt once for the rows that hold the same array.
        Assert.Same(back.Scored.Rollouts.Prompts[0].Ids, back.Scored.Rollouts.Prompts[1].Ids);
        Assert.NotSame(back.Scored.Rollouts.Prompts[0].Ids, back.Scored.Rollouts.Prompts[2].Ids);
    }

    [Fact]
    public void Load_OfPromptsWithColumns_HasThem()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["state"]);
        var prompt = new Prompt("6 x 7", [1]) { Columns = new Dictionary<string, JsonElement> { ["answer"] = JsonElement.Parse("42.50") } };
        var rollouts = new RolloutBatch([prompt], [new Completion([5], [0], FinishReason.Length, "x")], 1);
        new CollectedStep(new ScoredRollouts(rollouts, Task.FromResult(new RewardTable(["a"], [[1]]))), 1, 2, 1).Save(folder["state"]);
        RewardInput asked = CollectedStep.Load(folder["state"])!.Scored.Rollouts.Rows().Single();
        Assert.Equal(("6 x 7", "x", "42.50"), (asked.Prompt, asked.Completion, asked.Columns["answer"].GetRawText()));
    }
}
