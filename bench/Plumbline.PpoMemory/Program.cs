using System.Diagnostics;
using System.Globalization;
using Plumbline.Models.Native;
using Plumbline.PpoMemory;
using Plumbline.Training.Runs;

// Peak memory over resting of one PPO step, a process for each arrangement of its four models.
//   plumbline new --shape 15m --out models/15m
//   dotnet run -c Release --project bench/Plumbline.PpoMemory -- --model models/15m
const string Usage = "Usage: Plumbline.PpoMemory --model DIR [--rows 32] [--prompt 32] [--completion 64] [--at-once 8] [--threads 0] [--mode shared|separate|separate-full]";

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
int Number(string name, int fallback) => Option(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : fallback;

if (Option("--model") is not { } model || Option("--mode") is { } unknown && !Roles.Modes.Contains(unknown))
{
    Console.Error.WriteLine(Usage);
    return 2;
}
if (Option("--mode") is not { } mode)
{
    Console.WriteLine($"{"mode",-14} {"peak over resting",18} {"parameters held",16} {"trained",12} {"seconds",8}");
    foreach (string each in Roles.Modes)
    {
        using Process child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. args, "--mode", each]))!;
        child.WaitForExit();
        if (child.ExitCode != 0)
            return child.ExitCode;
    }
    return 0;
}

NativeRuntime.Initialize(new NativeRuntimeOptions { Threads = Number("--threads", 0) });
ProcessMemory.MarkResting();
using Roles roles = Roles.Load(mode, model);
using var step = new PpoStep(roles, Number("--rows", 32), Number("--prompt", 32), Number("--completion", 64), Number("--at-once", 8));
var clock = Stopwatch.StartNew();
step.Run();
double seconds = clock.Elapsed.TotalSeconds;
long trained = roles.PolicyParameters.Concat(roles.CriticParameters).Sum(p => p.Value.numel());
Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
    $"{mode,-14} {(ProcessMemory.Peak - ProcessMemory.Resting!.Value) / 1048576.0,14:F0} MiB {roles.Held,16:N0} {trained,12:N0} {seconds,8:F1}"));
return 0;
