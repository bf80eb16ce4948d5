using System.Diagnostics;

namespace Plumbline.Extensions.AI.Tests.Samples;

/// <summary>A sample run as a program, with what it wrote.</summary>
internal sealed record SampleRun(int ExitCode, string Output, string Error)
{
    /// <summary>Starts a sample that was built beside the tests and waits for its end.</summary>
    public static async Task<SampleRun> RunAsync(string sample, string[] arguments, string input = "", (string Name, string Value)? variable = null)
    {
        string configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        string program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", sample, configuration, $"{sample}.dll"));
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        if (variable is { } set)
            start.Environment[set.Name] = set.Value;
        using Process process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new SampleRun(process.ExitCode, await output, await error);
    }
}
