namespace Plumbline.Training.Runs;

/// <summary>Writes what a trainer reports into its run folder (metrics.jsonl, TensorBoard), adds advice when the run does not learn, and passes all on.</summary>
public sealed class RunLog : IRunObserver, IDisposable
{
    private readonly IRunObserver _next;
    private readonly MetricsLog _metrics;
    private readonly TensorBoardLog _tensorBoard;
    private readonly List<MetricsRow> _recent;
    private HashSet<string> _told = [];

    /// <summary>Opens the logs of a run.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="next">Where everything is passed on to, such as a display; not disposed.</param>
    /// <param name="startStep">Steps done before: 0, or the step of the checkpoint that the run continues from. Rows of later steps are removed.</param>
    /// <exception cref="RunFolderException">metrics.jsonl cannot be opened, or is damaged.</exception>
    public RunLog(RunFolder folder, IRunObserver next, int startStep = 0)
    {
        _next = next;
        _metrics = new MetricsLog(folder.MetricsPath);
        _metrics.TruncateAfter(startStep);
        _recent = MetricsLog.Read(folder.MetricsPath).TakeLast(RunAdvice.Window).ToList();
        _tensorBoard = new TensorBoardLog(folder.FullPath, text => _next.OnMessage(new RunMessage(RunSeverity.Warning, text)));
    }

    /// <inheritdoc/>
    /// <exception cref="RunFolderException">The row cannot be written.</exception>
    public void OnStep(StepReport report)
    {
        _metrics.Append(report.Step, report.Metrics);
        _tensorBoard.Append(report.Step, report.Metrics);
        _next.OnStep(report);
        _recent.Add(new MetricsRow(report.Step, report.Metrics));
        if (_recent.Count > RunAdvice.Window)
            _recent.RemoveAt(0);
        Advise(report.ObjectiveNames);
    }

    /// <inheritdoc/>
    public void OnMessage(RunMessage message) => _next.OnMessage(message);

    /// <summary>Closes the logs.</summary>
    public void Dispose()
    {
        _metrics.Dispose();
        _tensorBoard.Dispose();
    }

    // A finding is told when it appears, and again only if it went away in between.
    private void Advise(IReadOnlyList<string> objectives)
    {
        IReadOnlyList<RunFinding> findings = RunAdvice.Examine(_recent, objectives);
        foreach (RunFinding finding in findings.Where(finding => !_told.Contains(finding.Key)))
            _next.OnMessage(new RunMessage(RunSeverity.Advice, finding.Text));
        _told = findings.Select(finding => finding.Key).ToHashSet();
    }
}
