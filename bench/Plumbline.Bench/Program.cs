using System.Text.Json;
using Plumbline.Bench;
using Plumbline.Models.Native;

// Committed benchmarks; docs/performance.md tells what each measures.
Dictionary<string, (string[] Options, Func<BenchOptions, Result> Run)> benches = new()
{
    ["decode"] = (["shape", "rows", "tokens"], DecodeBench.Run),
    ["grpo"] = (["shape", "prompts", "generations", "prompt-tokens", "tokens"], GrpoBench.Run),
    ["head"] = (["shape", "tokens"], HeadBench.Run),
    ["memory"] = (["shape", "lengths", "head-tokens", "window"], MemoryBench.Run),
    ["prefix"] = (["shape", "prompts", "generations", "tokens"], PrefixBench.Run),
    ["scaling"] = (["shape", "completions", "tokens", "layers"], ScalingBench.Run),
    ["sizes"] = (["shape", "base", "folder", "prompts", "generations", "prompt-tokens", "tokens"], SizesBench.Run),
    ["soak"] = (["shape", "steps", "minutes", "prompts", "generations", "prompt-tokens", "tokens"], SoakBench.Run),
    ["peer"] = (["shape", "model", "rows", "tokens"], PeerBench.Run),
};

if (args is [MemoryBench.Case, .. var words])
{
    NativeRuntime.Initialize(new NativeRuntimeOptions { Threads = int.Parse(words[^1], System.Globalization.CultureInfo.InvariantCulture) });
    MemoryBench.Measure(words);
    return 0;
}
if (args is not [var name, .. var rest] || !benches.TryGetValue(name, out var bench))
{
    Console.Error.WriteLine($"Usage: bench/run {string.Join('|', benches.Keys)} [--rounds N] [--threads N] [--shape SHAPE;SHAPE] [--json FILE] ...");
    return 2;
}
try
{
    var options = new BenchOptions(rest, ["rounds", "threads", "json", .. bench.Options]);
    NativeRuntime.Initialize(new NativeRuntimeOptions { Threads = options.Number("threads", 0) });
    Result result = bench.Run(options);
    result.Print(Console.Out);
    if (options.Text("json") is { } path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path, result.ToJson().ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
    }
    return 0;
}
catch (Exception fault) when (fault is ArgumentException or FormatException)
{
    Console.Error.WriteLine($"error: {fault.Message}");
    return 2;
}
