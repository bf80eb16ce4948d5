using System.Diagnostics;
using System.Text;
using Plumbline.Training.Experiments;
using Plumbline.Training.Runs;

namespace Plumbline.Cli;

/// <summary>Runs verbs as processes of this very program.</summary>
/// <remarks>A process of its own for every arm: its memory is its own, and what it leaves behind is gone with it.</remarks>
internal sealed class ProcessLauncher : IVerbLauncher
{
    private const int LinesKept = 20;

    /// <inheritdoc/>
    public async Task<VerbResult> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        var info = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
            info.ArgumentList.Add(typeof(ProcessLauncher).Assembly.Location);
        foreach (string argument in arguments)
            info.ArgumentList.Add(argument);
        using var process = new Process { StartInfo = info };
        var output = new StringBuilder();
        var errors = new Queue<string>();
        process.OutputDataReceived += (_, line) => output.AppendLine(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(errors, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
        await using (cancellationToken.Register(() => Interrupt(process)))
            await process.WaitForExitAsync(CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        if (process.ExitCode == CommandLineApp.Interrupted)
            throw new OperationCanceledException();
        if (process.ExitCode != CommandLineApp.Done)
            throw new TrainingException($"`plumbline {string.Join(' ', arguments.Select(a => a.Contains(' ') ? $"\"{a}\"" : a))}` failed with exit code {process.ExitCode}:\n{string.Join('\n', errors)}");
        return new VerbResult(output.ToString(), Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    private static void Keep(Queue<string> lines, string? line)
    {
        if (line is null)
            return;
        lock (lines)
        {
            lines.Enqueue(line);
            if (lines.Count > LinesKept)
                lines.Dequeue();
        }
    }

    // As Ctrl-C does, so that the run saves its state; where there are no signals it is ended, and goes on from its last checkpoint next time.
    private static void Interrupt(Process process)
    {
        if (process.HasExited)
            return;
        if (OperatingSystem.IsWindows())
            process.Kill(entireProcessTree: true);
        else
            using (Process.Start("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)])) { }
    }
}
