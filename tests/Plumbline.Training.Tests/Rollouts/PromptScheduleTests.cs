using Plumbline.Training.Rollouts;

namespace Plumbline.Training.Tests.Rollouts;

public sealed class PromptScheduleTests
{
    private static readonly Prompt[] Prompts = [.. Enumerable.Range(0, 5).Select(i => new Prompt($"p{i}", [i]))];

    [Fact]
    public void Batch_OverAnEpoch_TakesEveryPromptOnce_AndNumbersThemThroughTheRun()
    {
        var schedule = new PromptSchedule(Prompts, 2, seed: 9);
        PromptBatch[] batches = [.. Enumerable.Range(1, 5).Select(schedule.Batch)];
        string[] texts = [.. batches.SelectMany(b => b.Prompts).Select(p => p.Text)];
        Assert.Equal(["p0", "p1", "p2", "p3", "p4"], texts[..5].Order());
        Assert.Equal(["p0", "p1", "p2", "p3", "p4"], texts[5..].Order());
        Assert.Equal([0L, 2L, 4L, 6L, 8L], batches.Select(b => b.FirstIndex));
    }

    [Fact]
    public void Batch_AskedInAnyOrder_IsTheSame()
    {
        string Texts(PromptSchedule schedule, int step) => string.Join(' ', schedule.Batch(step).Prompts.Select(p => p.Text));
        var one = new PromptSchedule(Prompts, 2, seed: 9);
        var other = new PromptSchedule(Prompts, 2, seed: 9);
        string[] forwards = [.. Enumerable.Range(1, 6).Select(step => Texts(one, step))];
        string[] backwards = [.. Enumerable.Range(1, 6).Reverse().Select(step => Texts(other, step)).Reverse()];
        Assert.Equal(forwards, backwards);
    }
}
