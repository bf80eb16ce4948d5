using Plumbline.Training.Runs;

namespace Plumbline.Training.Tests.Runs;

public sealed class RunLogTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    private static StepReport Report(int step, double reward) =>
        new("grpo", step, 20, TimeSpan.FromSeconds(step), new Dictionary<string, double> { ["reward"] = reward }, []);

    private string[] EventFiles(string run) => Directory.GetFiles(_temporary[run], "events.out.tfevents.*");

    [Fact]
    public void OnStep_IsWrittenToBothLogsAndPassedOn()
    {
        var observer = new RecordingObserver();
        using (var folder = RunFolder.Create(_temporary["run"]))
        {
            using var log = new RunLog(folder, new CompositeObserver(observer));
            log.OnStep(Report(1, 0.25));
            log.OnMessage(new RunMessage(RunSeverity.Information, "saved"));
        }
        Assert.Equal(0.25, MetricsLog.Read(_temporary["run/metrics.jsonl"])[0].Metrics["reward"]);
        Assert.Equal(1, Assert.Single(observer.Steps).Step);
        Assert.Equal("saved", Assert.Single(observer.Messages).Text);
        string events = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(Assert.Single(EventFiles("run"))));
        Assert.Contains("brain.Event:2", events);
        Assert.Contains("reward", events);
    }

    [Fact]
    public void Open_FromACheckpointsStep_DropsLaterRowsAndStartsAnotherEventsFile()
    {
        var observer = new RecordingObserver();
        using (var folder = RunFolder.Create(_temporary["run"]))
        using (var log = new RunLog(folder, observer))
            for (int step = 1; step <= 4; step++)
                log.OnStep(Report(step, step));
        using (var folder = RunFolder.Resume(_temporary["run"]))
        using (var log = new RunLog(folder, observer, startStep: 2))
            log.OnStep(Report(3, 3));
        Assert.Equal([1, 2, 3], MetricsLog.Read(_temporary["run/metrics.jsonl"]).Select(row => row.Step));
        Assert.Equal(2, EventFiles("run").Length);
    }

    [Fact]
    public void OnStep_FindingThatLasts_IsToldOnce()
    {
        var observer = new RecordingObserver();
        using var folder = RunFolder.Create(_temporary["run"]);
        using var log = new RunLog(folder, observer);
        for (int step = 1; step <= 12; step++)
            log.OnStep(Report(step, 0.5));
        RunMessage advice = Assert.Single(observer.Messages);
        Assert.Equal(RunSeverity.Advice, advice.Severity);
        Assert.Contains("The reward has been 0.5", advice.Text);
    }

    [Fact]
    public void TensorBoard_FolderUnwritable_IsOneWarningAndNoLostRun()
    {
        File.WriteAllText(_temporary["file"], "");
        var warnings = new List<string>();
        var log = new TensorBoardLog(_temporary["file/below"], warnings.Add);
        for (int step = 1; step <= 3; step++)
            log.Append(step, new Dictionary<string, double> { ["reward"] = 1 });
        log.Dispose();
        Assert.Contains("goes on without it", Assert.Single(warnings));
    }
}
