using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Plumbline.Models.Native;
using TorchSharp;

namespace Plumbline.Cli.Verbs;

internal static class DoctorVerb
{
    public static Command Create()
    {
        Option<bool> json = CommonOptions.Json();
        var command = new Verb("doctor", "Tell what was found here: runtime, libtorch, device, threads, memory, caches; and what to install.",
            """
            plumbline doctor
            plumbline doctor --json > bundle.json      to paste into a bug report
            """)
        { json };
        command.SetAction(parsed =>
        {
            var facts = new Dictionary<string, object?>
            {
                ["plumbline"] = typeof(DoctorVerb).Assembly.GetName().Version?.ToString(3),
                ["dotnet"] = RuntimeInformation.FrameworkDescription,
                ["system"] = $"{RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}",
                ["processors"] = Environment.ProcessorCount,
                ["memory_gib"] = Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30), 1),
                ["free_disk_gib"] = Math.Round(new DriveInfo(Directory.GetCurrentDirectory()).AvailableFreeSpace / (double)(1L << 30), 1),
                ["cache"] = NativeRuntime.CacheDirectory(),
                ["torchsharp"] = typeof(torch).Assembly.GetName().Version?.ToString(3),
            };
            string? problem = null;
            try
            {
                NativeRuntimeReport report = NativeRuntime.Initialize();
                facts["libtorch"] = torch.__version__;
                facts["libtorch_load_ms"] = (int)report.LoadTime.TotalMilliseconds;
                facts["binding"] = report.MendedCopy is null ? "as shipped" : $"mended copy for this libstdc++: {report.MendedCopy}";
                facts["allocator"] = report.AllocatorTuned ? "tuned (glibc keeps freed memory)" : "the system's";
                facts["threads"] = torch.get_num_threads();
                facts["cuda"] = torch.cuda_is_available() ? $"{torch.cuda.device_count()} device(s)" : "none (build with -p:Device=cuda for a GPU)";
                facts["matrix_product_gflops"] = Math.Round(MeasureGigaflops());
            }
            catch (NativeLoadException failure)
            {
                problem = failure.Message;
            }
            facts["problem"] = problem;
            if (parsed.GetValue(json))
                JsonOutput.Print(facts);
            else
            {
                foreach ((string name, object? value) in facts.Where(f => f.Value is not null))
                    Console.WriteLine($"{name,-24} {value}");
                Console.WriteLine(problem is null ? "All is well." : "Plumbline cannot work here until the problem above is mended.");
            }
            return problem is null ? CommandLineApp.Done : CommandLineApp.Failed;
        });
        return command;
    }

    private static double MeasureGigaflops()
    {
        using var scope = torch.NewDisposeScope();
        Tensor square = torch.ones(512, 512);
        square.matmul(square);
        long start = Stopwatch.GetTimestamp();
        const int repeats = 20;
        for (int i = 0; i < repeats; i++)
            square.matmul(square).Dispose();
        return repeats * 2.0 * 512 * 512 * 512 / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9;
    }
}
