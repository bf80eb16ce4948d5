using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Plumbline.Bench;

/// <summary>One GRPO step of models of published shapes and random weights, as <c>plumbline grpo</c> takes it: seconds, and the peak of memory beside that of <c>plumbline plan</c>.</summary>
internal static class SizesBench
{
    private const int Rank = 16;

    // How the base is held, and what a recipe says for it.
    private static readonly Dictionary<string, string[]> Bases = new()
    {
        ["full"] = [],
        ["lora"] = ["adapter={}"],
        ["bfloat16"] = ["adapter={}", "dtype=bfloat16"],
        ["int8"] = ["adapter={}", "quantization=int8"],
        ["nf4"] = ["adapter={}", "quantization=nf4"],
    };

    private static readonly string Root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../.."));

    public static Result Run(BenchOptions options)
    {
        (int prompts, int generations, int promptTokens, int tokens) = (options.Number("prompts", 2), options.Number("generations", 2), options.Number("prompt-tokens", 32), options.Number("tokens", 16));
        string folder = options.Text("folder") ?? Directory.CreateTempSubdirectory("plumbline-sizes-").FullName;
        string[] bases = (options.Text("base") ?? string.Join(',', Bases.Keys)).Split(',');
        if (bases.FirstOrDefault(b => !Bases.ContainsKey(b)) is { } stranger)
            throw new ArgumentException($"--base names {stranger}, but a base is {string.Join(", ", Bases.Keys)}.");
        var result = new Result("sizes", $"One GRPO step of {prompts} prompts of {promptTokens} tokens x {generations} completions of {tokens}, LoRA of rank {Rank} but where all weights are trained");
        string rows = Path.Combine(folder, "prompts.jsonl");
        File.WriteAllLines(rows, Enumerable.Range(0, prompts).Select(p => JsonSerializer.Serialize(new { prompt = $"{p:D4}".PadRight(promptTokens, '.') })));
        foreach (string shape in options.Shapes("tiny", "15m", "qwen2.5-0.5b"))
        {
            string model = Path.Combine(folder, shape.Replace(',', '-'));
            if (!Directory.Exists(model))
                Plumbline("new", "--shape", shape, "--dtype", "bfloat16", "--out", model);
            foreach (string held in bases)
            {
                string[] settings =
                [
                    "--threads", options.Number("threads", 0).ToString(CultureInfo.InvariantCulture),
                    .. Set(Bases[held]), .. Set($"grpo.prompts_per_step={prompts}", $"grpo.num_generations={generations}", $"grpo.max_completion_length={tokens}", $"data.max_prompt_length={promptTokens}"),
                ];
                JsonNode plan = JsonNode.Parse(Plumbline(["plan", "--model", model, "--json", .. settings]))!;
                string run = Path.Combine(folder, "run");
                if (Directory.Exists(run))
                    Directory.Delete(run, recursive: true);
                Plumbline(["grpo", "--model", model, "--prompts", rows, "--out", run, "--max-steps", "1", "--no-live", .. settings, .. Set("rewards.0.type=length", $"rewards.0.target={4 * tokens}")]);
                JsonNode cost = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "cost.json")))!, step = JsonNode.Parse(File.ReadLines(Path.Combine(run, "metrics.jsonl")).Last())!;
                double peak = (double)cost["peak_memory_bytes"]! / 1e9, planned = (double)plan["peak_bytes"]! / 1e9, seconds = (double)step["step_time"]!;
                result.Add(("shape", shape), ("base", held), ("peak GB", peak), ("planned GB", planned), ("planned/peak", planned / peak),
                    ("rollout s", (double)step["time/rollout"]!), ("update s", (double)step["time/update"]!), ("step s", seconds), ("planned s", Seconds(plan)));
                result.Print(Console.Error);
            }
        }
        return result;
    }

    private static double Seconds(JsonNode plan) => new[] { "rollout", "score", "update" }.Sum(part => (double)plan["seconds"]![part]!);

    private static IEnumerable<string> Set(params string[] settings) => settings.SelectMany(setting => new[] { "--set", setting });

    private static string Plumbline(params string[] words)
    {
        var start = new ProcessStartInfo(Path.Combine(Root, "plumbline")) { RedirectStandardOutput = true };
        foreach (string word in words)
            start.ArgumentList.Add(word);
        using Process process = Process.Start(start)!;
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? said : throw new ArgumentException($"plumbline {string.Join(' ', words)} ended with {process.ExitCode}.");
    }
}
